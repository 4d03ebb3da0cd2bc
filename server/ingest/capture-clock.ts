/** Turns the times of a stream into capture times: milliseconds, never decreasing, whatever the stream says. */
export type CaptureClock = {
  /** `ptsMs` as the stream gives it, `undefined` where it gives none; `arrivedMs` on the source's clock. */
  at(ptsMs: number | undefined, arrivedMs: number): number;
  /** A new connection: its times have nothing to do with those before. */
  restart(): void;
};

/** A longer step within a stream is taken as a break in its times. */
const BREAK_MS = 10_000;

/** For what is read as fast as it can be: times count from the first picture. Arrival does not matter, so that two runs agree. */
export const recordedClock = (frameMs: number): CaptureClock => {
  let offsetMs: number | undefined;
  let last: number | undefined;
  return {
    at: (ptsMs) => {
      const next = last === undefined ? 0 : last + frameMs;
      if (ptsMs === undefined) {
        last = next;
        return last;
      }
      offsetMs ??= next - ptsMs;
      const told = ptsMs + offsetMs;
      if (last !== undefined && (told < last - BREAK_MS || told > last + BREAK_MS)) {
        offsetMs = next - ptsMs;
        last = next;
      } else last = Math.max(last ?? 0, told);
      return last;
    },
    restart: () => {
      offsetMs = undefined;
    },
  };
};

/**
 * For what happens now: the stream says how far pictures lie apart, arrival says when that was. A picture cannot arrive before it is taken,
 * so the quickest arrival sets the anchor; what is later than that was under way for longer.
 */
export const liveClock = (): CaptureClock => {
  let anchorMs: number | undefined;
  let lastPtsMs = 0;
  let last = 0;
  return {
    at: (ptsMs, arrivedMs) => {
      if (ptsMs === undefined) {
        last = Math.max(last, arrivedMs);
        return last;
      }
      const broken = anchorMs === undefined || ptsMs < lastPtsMs || ptsMs > lastPtsMs + BREAK_MS;
      anchorMs = broken ? arrivedMs - ptsMs : Math.min(anchorMs!, arrivedMs - ptsMs);
      lastPtsMs = ptsMs;
      last = Math.max(last, ptsMs + anchorMs);
      return last;
    },
    restart: () => {
      anchorMs = undefined;
    },
  };
};
