/** Capture times of what publishers send, on the clock of the camera: milliseconds, never decreasing. */
export type PublisherClock = {
  /** `ptsMs` as RTP tells it, never decreasing within one publisher; `arrivedMs` on the camera's clock. */
  at(ptsMs: number, arrivedMs: number): number;
  /** Another publisher: its times have nothing to do with those before. */
  restart(): void;
};

/** A longer step is taken as a break in the publisher's times. */
const BREAK_MS = 10_000;
/** While times are drawn back to when pictures were really taken, they pass by this much slower. */
const SLOWEST = 0.75;

/**
 * RTP says how far pictures lie apart, the quickest arrival when the first of them was taken. A publisher that begins with what it had saved up, as
 * encoders do that open the line with the first picture, seems to film faster than time goes: its pictures keep their distances, from which speed is
 * judged, and their times are drawn back little by little.
 */
export const createPublisherClock = (): PublisherClock => {
  let last = 0;
  let lastPtsMs: number | undefined;
  let offsetMs = 0;
  return {
    at: (ptsMs, arrivedMs) => {
      const stepMs = lastPtsMs === undefined ? undefined : ptsMs - lastPtsMs;
      lastPtsMs = ptsMs;
      if (stepMs === undefined || stepMs < 0 || stepMs > BREAK_MS) {
        last = Math.max(last, arrivedMs);
        offsetMs = last - ptsMs;
        return last;
      }
      offsetMs = Math.min(offsetMs, arrivedMs - ptsMs);
      last = Math.max(ptsMs + offsetMs, last + SLOWEST * stepMs);
      return last;
    },
    restart: () => {
      lastPtsMs = undefined;
    },
  };
};
