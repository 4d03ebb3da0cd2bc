import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import type { LookStep } from '../../pipelines/replay/count-step.ts';
import { type PackedTilePicture, pastePicture, unpackPicture } from './lossless-picture.ts';

/** What is not kept of a frame is grey; nobody looks there. */
const GREY = 128;

/** A frame as the network saw it, from the parts that were kept. Whoever takes it disposes it. Throws where a part does not fit. */
export const keptFrame = (pool: FramePool, step: LookStep, pictures: readonly PackedTilePicture[]): Frame | undefined => {
  const { widthPx, heightPx } = step;
  const parts = pictures.map((picture) => {
    if (picture.x + picture.widthPx > widthPx || picture.y + picture.heightPx > heightPx || ((picture.x | picture.y) & 1) !== 0)
      throw new Error('a kept picture lies beyond its frame');
    return unpackPicture(picture);
  });
  return pool.frame({ id: step.frame, capturedAtMs: step.atMs, widthPx, heightPx, fullRange: step.fullRange }, (y, u, v) => {
    for (const { data } of [y, u, v]) data.fill(GREY);
    for (const part of parts) pastePicture(part, { y, u, v });
  });
};
