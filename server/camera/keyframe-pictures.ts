import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Frame } from '../../domain/frame.ts';
import { createJpegEncoder, type JpegEncoder } from '../ingest/jpeg-encoder.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';

/** Keeps the pictures of keyframes as the camera gave them, for looking at the slide closely. */
export type KeyframePictures = Disposable & {
  /** Borrows the frame that became a keyframe. */
  keep(frame: Frame, keyframe: number): void;
  /** From now on they go into another session's folder; without one none are kept. */
  moveTo(folder: string | undefined): void;
};

const QUALITY = 82;
/** So many are encoded at once; what comes beyond that is kept small alone. */
const MOST_AT_ONCE = 4;
/** Where one could not be written the next is tried after so long. */
const AGAIN_AFTER_MS = 10_000;

/** `onFault` hears once for each folder in which pictures cannot be kept. */
export const createKeyframePictures = (
  first: string | undefined,
  onFault: (error: unknown) => void,
  encoder: JpegEncoder = createJpegEncoder({ quality: QUALITY }),
): KeyframePictures => {
  let folder = first;
  let atWork = 0;
  let failed: string | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const write = async (frame: Frame, into: string, keyframe: number): Promise<void> => {
    const picture = await encoder.encode(frame);
    // The session that it belongs to may be gone by now; nothing is to be left of it.
    if (folder !== into) return;
    const path = keyframePictureFile(into, keyframe);
    await mkdir(dirname(path), { recursive: true });
    // Whoever reads it finds it whole or not at all.
    try {
      await writeFile(`${path}.part`, picture);
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true }).catch(() => {});
      throw error;
    }
  };

  return {
    keep: (frame, keyframe) => {
      const into = folder;
      if (into === undefined || atWork >= MOST_AT_ONCE) return;
      if (failed === into && performance.now() - failedAt < AGAIN_AFTER_MS) return;
      atWork++;
      const shown = frame.retain();
      write(shown, into, keyframe)
        .catch((error: unknown) => {
          if (failed !== into && folder === into) onFault(error);
          failed = into;
          failedAt = performance.now();
        })
        .finally(() => {
          atWork--;
          shown[Symbol.dispose]();
        });
    },
    moveTo: (next) => {
      folder = next;
    },
    [Symbol.dispose]: () => {
      folder = undefined;
      encoder[Symbol.dispose]();
    },
  };
};
