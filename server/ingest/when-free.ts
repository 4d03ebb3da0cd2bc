import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../domain/frame.ts';

/** How often a full pool is asked again. Buffers come back when the consumer lets go of a frame, which tells nobody. */
const ASK_EVERY_MS = 2;

/** Asks for a frame until the pool has one. An abort ends the wait with its reason. */
export const whenFree = async (ask: () => Promise<Frame | undefined>, signal: AbortSignal | undefined): Promise<Frame> => {
  for (;;) {
    signal?.throwIfAborted();
    const frame = await ask();
    if (frame !== undefined) return frame;
    await sleep(ASK_EVERY_MS);
  }
};
