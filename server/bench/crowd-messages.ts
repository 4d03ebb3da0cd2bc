import type { PictureWish } from '../../domain/wire.ts';

/** Bench to crowd: so many viewers from now on, one more beside them that takes nothing in where asked for. What was seen before is told first. */
export type CrowdOrder = { readonly viewers: number; readonly stalled: boolean; readonly pictures: PictureWish; readonly address: string };

/** What viewers saw between two orders. */
export type CrowdSeen = {
  /** Capture to the moment that a frame left the camera process, as the first viewer was told, in ms. */
  readonly latenciesMs: readonly number[];
  /** Frames that each viewer was sent, and that it was not sent, stalled ones aside. */
  readonly frames: readonly number[];
  readonly skipped: readonly number[];
};
