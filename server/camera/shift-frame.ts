import type { Frame } from '../../domain/frame.ts';

/** The frame on a session's clock, which had come so far before. Consumes the given handle. */
export const shiftFrame = (frame: Frame, byId: number, byMs: number): Frame =>
  byId === 0 && byMs === 0
    ? frame
    : {
        ...frame,
        id: frame.id + byId,
        capturedAtMs: frame.capturedAtMs + byMs,
        retain: () => shiftFrame(frame.retain(), byId, byMs),
        [Symbol.dispose]: () => frame[Symbol.dispose](),
      };
