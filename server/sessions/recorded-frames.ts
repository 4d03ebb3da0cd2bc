import { createFramePool, type FramePool } from '../../pipelines/frame-pool.ts';
import { createFootage, type PicturedFrame } from './footage.ts';
import { openSessionToRead } from './session-database.ts';
import { createSessionFrames, type SessionFrames } from './session-frames.ts';

/** The frames of a session as they were recorded, for counting, exporting and learning from them again. */
export type RecordedFrameReader = AsyncDisposable & {
  /** Rows of frames, with pictures or without. */
  readonly rows: SessionFrames;
  /** How many frames have a picture in a video. */
  readonly filmed: number;
  /** Frames that have a picture, in the order in which they came; of ids from `from` to `to`, both included. Whoever gets one disposes it. */
  frames(range?: { readonly from?: number; readonly to?: number }): AsyncGenerator<PicturedFrame>;
  /** Exactly this frame; `undefined` where no video has it. */
  at(id: number): Promise<PicturedFrame | undefined>;
};

/** Opens the recorded frames of a session's folder. Throws a `data` fault where it is none. */
export const openRecordedFrames = (
  folder: string,
  { pool = createFramePool() }: { readonly pool?: FramePool } = {},
): RecordedFrameReader => {
  const database = openSessionToRead(folder);
  const rows = createSessionFrames(database);
  const footage = createFootage(folder, rows, pool);
  return {
    rows,
    get filmed() {
      return rows.countFilmed();
    },
    frames: ({ from = 0, to = Number.MAX_SAFE_INTEGER } = {}) => footage.between(from, to),
    at: footage.at,
    [Symbol.asyncDispose]: async () => {
      await footage[Symbol.asyncDispose]();
      database.close();
    },
  };
};
