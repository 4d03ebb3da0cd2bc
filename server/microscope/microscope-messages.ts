import type { Fault } from '../../domain/fault.ts';
import type { Plane } from '../../domain/frame.ts';
import type { FlowOptions } from './flow-options.ts';
import type { ScanOptions } from './scan-options.ts';

/** A picture's place in memory that both threads see. `FREE` it belongs to the worker, `FULL` to the main thread. */
export const FREE = 0;
export const FULL = 1;

export type MicroscopeThreadData = {
  /** What is rendered: a slide that is scanned, or a channel that flows. */
  readonly scene: { readonly kind: 'slide'; readonly options: ScanOptions } | { readonly kind: 'flow'; readonly options: FlowOptions };
  /** Frames to give; `undefined` for ever. */
  readonly frames: number | undefined;
  readonly pictures: readonly SharedArrayBuffer[];
  /** `FREE` or `FULL`, one for each picture. */
  readonly states: SharedArrayBuffer;
};

/** Starts the clock: `startedAt` is the reading of `process.hrtime.bigint()`, which all threads share. */
export type ToMicroscopeThread = { readonly type: 'start'; readonly startedAt: bigint };

export type FromMicroscopeThread =
  | { readonly type: 'ready' }
  /** `skipped` frames so far found no free picture or came too late to be rendered. */
  | { readonly type: 'frame'; readonly picture: number; readonly id: number; readonly capturedAtMs: number; readonly skipped: number }
  | { readonly type: 'ended'; readonly skipped: number }
  | { readonly type: 'failed'; readonly fault: Fault };

type PictureSize = Pick<ScanOptions, 'width' | 'height'>;

export const pictureBytes = ({ width, height }: PictureSize): number => (width * height * 3) / 2;

/** The I420 planes of a picture. */
export const planesOf = (picture: SharedArrayBuffer, { width, height }: PictureSize): readonly [Plane, Plane, Plane] => {
  const plane = (at: number, widthPx: number, heightPx: number): Plane => ({
    data: new Uint8Array(picture, at, widthPx * heightPx),
    stridePx: widthPx,
    widthPx,
    heightPx,
  });
  const luma = width * height;
  return [plane(0, width, height), plane(luma, width / 2, height / 2), plane((luma * 5) / 4, width / 2, height / 2)];
};
