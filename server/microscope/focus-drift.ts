import { seededRandom } from '../../domain/random.ts';

/** Defocus at a time, as the standard deviation of the blur in pixels. Times do not step back. */
export type FocusDrift = { defocusAt(ms: number): number };

type Episode = {
  readonly startMs: number;
  readonly lossMs: number;
  readonly heldMs: number;
  readonly refocusMs: number;
  readonly peakPx: number;
};

const smoothstep = (t: number): number => {
  const part = Math.min(1, Math.max(0, t));
  return part * part * (3 - 2 * part);
};

/** A focus that wanders faintly and is lost now and then for about a second, until the hand brings it back. */
export const createFocusDrift = (seed: number, often = false): FocusDrift => {
  const random = seededRandom(seed ^ 0xf0c05);
  const phase = random.between(0, 2 * Math.PI);
  const next = (afterMs: number): Episode => ({
    startMs: afterMs + random.between(4500, 10_000) * (often ? 0.2 : 1),
    lossMs: random.between(180, 300),
    heldMs: random.between(250, 700) * (often ? 2 : 1),
    refocusMs: random.between(150, 250),
    peakPx: random.between(2.6, 4),
  });
  let episode = next(0);
  return {
    defocusAt: (ms) => {
      while (ms > episode.startMs + episode.lossMs + episode.heldMs + episode.refocusMs)
        episode = next(episode.startMs + episode.lossMs + episode.heldMs + episode.refocusMs);
      const { startMs, lossMs, heldMs, refocusMs, peakPx } = episode;
      const lost = smoothstep((ms - startMs) / lossMs) - smoothstep((ms - startMs - lossMs - heldMs) / refocusMs);
      return 0.22 + 0.12 * Math.sin(phase + ms / 2300) + peakPx * lost;
    },
  };
};
