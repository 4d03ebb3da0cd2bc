import { expect } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { openSource } from '../../server/ingest/open-source.ts';
import type { SourceEvent } from '../../server/ingest/source-event.ts';
import { readStripes } from './make-clip.ts';

/** A source being listened to, and what came of it. */
export type Watched = {
  readonly stripes: number[];
  readonly atMs: number[];
  /** Time from capture to arrival here. */
  readonly lateMs: number[];
  readonly events: SourceEvent[];
  /** Until so many frames have come; the error or the end of the source otherwise. */
  until(frames: number): Promise<void>;
  /** Until the source ends by itself. */
  readonly ended: Promise<void>;
  stop(): void;
  readonly outstanding: number;
};

/** Opens a source as the service does, and lets go of each frame unless it is to hold them. */
export const watch = (
  address: string,
  { live = true, maxBuffers = 4, hold = false }: { live?: boolean; maxBuffers?: number; hold?: boolean } = {},
): Watched => {
  const pool = createFramePool({ maxBuffers });
  const [stripes, atMs, lateMs, events]: [number[], number[], number[], SourceEvent[]] = [[], [], [], []];
  let openedAt = 0;
  let wake = (): void => {};
  const source = openSource(address, {
    pool,
    live,
    onEvent: (event) => events.push(event),
    onStart: (at) => {
      openedAt = at;
    },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  ended.catch(() => {});
  const subscription = source.subscribe({
    next: (frame) => {
      stripes.push(readStripes(frame.y));
      atMs.push(frame.capturedAtMs);
      lateMs.push(performance.now() - openedAt - frame.capturedAtMs);
      if (!hold) frame[Symbol.dispose]();
      wake();
    },
    complete: resolve,
    error: reject,
  });
  return {
    stripes,
    atMs,
    lateMs,
    events,
    ended,
    until: (frames) =>
      Promise.race([
        new Promise<void>((done) => {
          wake = () => {
            if (stripes.length >= frames) done();
          };
          wake();
        }),
        ended.then(() => {
          throw new Error(`ended after ${stripes.length} frames`);
        }),
      ]),
    stop: () => subscription.unsubscribe(),
    get outstanding() {
      return pool.outstanding;
    },
  };
};

/** Until every frame was given back. */
export const settled = (source: Watched): Promise<void> => expect.poll(() => source.outstanding).toBe(0);
export const rising = (values: readonly number[]): boolean => values.every((value, index) => index === 0 || value >= values[index - 1]!);
