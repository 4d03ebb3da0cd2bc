import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sourceFault } from './source-fault.ts';

const IMAGE = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp']);

export const isImagePath = (path: string): boolean => IMAGE.has(extname(path).toLowerCase());

/** What a path turns out to be: a video file, or images in the order they are shown (`2.png` before `10.png`). */
export type PathContent = { readonly kind: 'video' } | { readonly kind: 'images'; readonly paths: readonly string[] };

const natural = new Intl.Collator('en', { numeric: true });

/** Looks at what lies at a path. Faults: `source` when there is nothing, when it is empty, or may not be read. */
export const lookAtPath = async (path: string, label: string): Promise<PathContent> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw sourceFault(label, 'no such file or folder', 'check the path', false, cause);
  });
  if (found.isDirectory()) {
    const names = await readdir(path).catch((cause: unknown) => {
      throw sourceFault(label, 'the folder may not be read', 'check its permissions', false, cause);
    });
    const images = names.filter((name) => !name.startsWith('.') && isImagePath(name)).sort(natural.compare);
    if (images.length === 0) throw sourceFault(label, 'the folder holds no images', `give one with ${[...IMAGE].join(', ')} files`);
    return { kind: 'images', paths: images.map((name) => join(path, name)) };
  }
  if (!found.isFile()) throw sourceFault(label, 'neither a file nor a folder', 'give a video file or a folder of images');
  if (found.size === 0) throw sourceFault(label, 'the file is empty', 'record or copy it again');
  await open(path)
    .then((file) => file.close())
    .catch((cause: unknown) => {
      throw sourceFault(label, 'the file may not be read', 'check its permissions', false, cause);
    });
  return isImagePath(path) ? { kind: 'images', paths: [path] } : { kind: 'video' };
};
