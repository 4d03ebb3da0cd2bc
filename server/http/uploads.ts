import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FaultError } from '../../domain/fault.ts';
import type { SourceOffer } from '../../domain/wire.ts';

const FOLDER = 'uploads';
export const MAX_UPLOAD_BYTES = 2 * 2 ** 30;
/** What must stay free on the disk after an upload. */
const SPARE_BYTES = 512 * 2 ** 20;
const CLIPS = new Set([
  '.mp4',
  '.mov',
  '.m4v',
  '.mkv',
  '.webm',
  '.avi',
  '.mpg',
  '.mpeg',
  '.ts',
  '.y4m',
  '.mjpeg',
  '.jpg',
  '.jpeg',
  '.png',
  '.tif',
  '.tiff',
  '.bmp',
]);

const offer = (name: string): SourceOffer => ({ kind: 'file', address: `${FOLDER}/${name}`, label: name.replace(/^[0-9a-f]{8}-/, '') });

/** Files that were dropped on the page, by name. */
export const listUploads = async (dataDir: string): Promise<SourceOffer[]> => {
  const names = await readdir(join(dataDir, FOLDER)).catch(() => []);
  return names
    .filter((name) => CLIPS.has(extname(name).toLowerCase()))
    .sort()
    .map(offer);
};

const tooLarge = (name: string): FaultError =>
  new FaultError({
    kind: 'usage',
    what: `${name} is larger than ${MAX_UPLOAD_BYTES / 2 ** 30} GB`,
    remedy: 'put it into the data folder and open it by its path',
  });

const capped = (name: string): Transform => {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > MAX_UPLOAD_BYTES) done(tooLarge(name));
      else done(null, chunk);
    },
    flush: (done) => {
      done(bytes === 0 ? new FaultError({ kind: 'usage', what: `${name} is empty`, remedy: 'choose a clip with pictures in it' }) : null);
    },
  });
};

/**
 * Takes a clip in, under a new name below the data folder that keeps the letters of the given one. What does not arrive whole is removed.
 * Throws a `usage` fault for a name that is no clip, for one that is too large, and where the disk is full.
 */
export const takeUpload = async (
  dataDir: string,
  givenName: string,
  bytes: number | undefined,
  content: Readable,
): Promise<SourceOffer> => {
  const plain = givenName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '')
    .slice(-80);
  if (!CLIPS.has(extname(plain).toLowerCase()))
    throw new FaultError({ kind: 'usage', what: `${plain || 'the file'} is not a clip`, remedy: `give one of ${[...CLIPS].join(' ')}` });
  if (bytes !== undefined && bytes > MAX_UPLOAD_BYTES) throw tooLarge(plain);
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < (bytes ?? 0) + SPARE_BYTES)
    throw new FaultError({ kind: 'usage', what: `the disk has no room for ${plain}`, remedy: 'free some space in the data folder' });
  const name = `${randomBytes(4).toString('hex')}-${plain}`;
  const unfinished = join(folder, `${name}.part`);
  try {
    await pipeline(content, capped(plain), createWriteStream(unfinished, { flags: 'wx' }));
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return offer(name);
};
