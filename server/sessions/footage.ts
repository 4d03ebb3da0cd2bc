import { join } from 'node:path';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { createPictureCopier } from '../ingest/picture-copier.ts';
import type { FilmedFrame, SessionFrames } from './session-frames.ts';
import { sampleAt, type VideoIndex } from './video-index.ts';
import { openVideoReader, type VideoReader } from './video-reader.ts';

/** A frame with its picture, under the id and capture time that it had when it came. Whoever gets it disposes it. */
export type PicturedFrame = Disposable & { readonly row: FilmedFrame; readonly picture: Frame };

/** The pictures of a session, read from its videos. */
export type Footage = AsyncDisposable & {
  readonly frames: SessionFrames;
  /** Path and index of a video; `undefined` where there is none of that number, or nothing of it is on disk. */
  video(n: number): Promise<{ readonly path: string; readonly index: VideoIndex } | undefined>;
  /** Where in its video a frame is; `undefined` where it is in none, or not on disk yet. */
  sampleOf(frame: FilmedFrame): Promise<number | undefined>;
  /** Exactly this frame; `undefined` where no video has it. */
  at(id: number): Promise<PicturedFrame | undefined>;
  /** Every frame that is in a video, from one id to another, in the order in which they came. */
  between(from: number, to: number): AsyncGenerator<PicturedFrame>;
};

/** Frames whose rows are looked up at once while a video is read through. */
const STRETCH = 240;

const pictured = (row: FilmedFrame, picture: Frame): PicturedFrame => ({ row, picture, [Symbol.dispose]: () => picture[Symbol.dispose]() });

/** Borrows `frames`; every picture lies in a buffer of `pool`, which is waited for while all are out. */
export const createFootage = (folder: string, frames: SessionFrames, pool: FramePool): Footage => {
  const readers = new Map<number, Promise<VideoReader>>();
  /** Files are closed when nobody decodes them any more. */
  let decoding = 0;
  let idle = (): void => {};
  const readerOf = (n: number): Promise<VideoReader> | undefined => {
    const known = readers.get(n);
    if (known !== undefined) return known;
    const file = frames.videoFiles().find((video) => video.n === n)?.file;
    if (file === undefined) return undefined;
    const opened = openVideoReader(join(folder, file));
    readers.set(n, opened);
    // One that is not there yet may be later.
    opened.catch(() => readers.delete(n));
    return opened;
  };
  const indexOf = async (n: number): Promise<VideoIndex | undefined> => {
    try {
      return await (await readerOf(n))?.index();
    } catch {
      return undefined;
    }
  };
  const sampleOf = async ({ video: { n, ms } }: FilmedFrame): Promise<number | undefined> => {
    const index = await indexOf(n);
    return index && sampleAt(index, ms);
  };

  /** The pictures of rows of one video, which rise in time. */
  async function* decode(n: number, rows: readonly FilmedFrame[]): AsyncGenerator<PicturedFrame> {
    const index = await indexOf(n);
    const reader = await readerOf(n);
    if (index === undefined || reader === undefined) return;
    const wanted = new Map<number, FilmedFrame>();
    for (const row of rows) {
      const sample = sampleAt(index, row.video.ms);
      if (sample !== undefined) wanted.set(sample, row);
    }
    const samples = [...wanted.keys()];
    if (samples.length === 0) return;
    using cleanUp = new DisposableStack();
    decoding++;
    cleanUp.defer(() => {
      if (--decoding === 0) idle();
    });
    const copier = cleanUp.use(createPictureCopier(pool));
    for await (const { sample, native } of reader.pictures(Math.min(...samples), Math.max(...samples))) {
      const row = wanted.get(sample);
      if (row === undefined) continue;
      let picture = await copier.copy(native, row.id, row.atMs);
      while (picture === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        picture = copier.retry(row.id, row.atMs);
      }
      yield pictured(row, picture);
    }
  }

  return {
    frames,
    video: async (n) => {
      const file = frames.videoFiles().find((video) => video.n === n)?.file;
      const index = await indexOf(n);
      return file === undefined || index === undefined ? undefined : { path: join(folder, file), index };
    },
    sampleOf,
    at: async (id) => {
      const row = frames.frame(id);
      if (row?.video === undefined) return undefined;
      for await (const found of decode(row.video.n, [{ ...row, video: row.video }])) return found;
      return undefined;
    },
    async *between(from, to) {
      for (let next = from; ; ) {
        const rows = frames.filmed(next, to, STRETCH);
        const last = rows.at(-1);
        if (last === undefined) return;
        for (let start = 0; start < rows.length; ) {
          const { n } = rows[start]!.video;
          const end = rows.findIndex((row, i) => i > start && row.video.n !== n);
          const stretch = rows.slice(start, end < 0 ? undefined : end);
          yield* decode(n, stretch);
          start += stretch.length;
        }
        next = last.id + 1;
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (decoding > 0)
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      const open = [...readers.values()];
      readers.clear();
      await Promise.all(open.map(async (reader) => (await reader.catch(() => undefined))?.[Symbol.asyncDispose]()));
    },
  };
};
