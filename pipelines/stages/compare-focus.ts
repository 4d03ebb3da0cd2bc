import type { Detail, DetailMap } from '../../calibration/sharpness.ts';

/** A field whose detail was measured, with its corner on an island. */
export type MeasuredField = {
  readonly detail: Detail;
  readonly island: number;
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Shares of the field that two looks must have in common to be compared, and below which the older is let go. */
const LEAST_OVERLAP = 0.3;
const RENEW_OVERLAP = 0.6;

/** Fine over coarse energy of the segments whose middles lie in a box of the picture; `turned` where lines run down the picture. */
const detailIn = (map: DetailMap, noise: DetailMap['noise'], turned: boolean, x0: number, y0: number, x1: number, y1: number): number => {
  const [along0, along1, across0, across1] = turned ? [y0, y1, x0, x1] : [x0, x1, y0, y1];
  const firstLine = Math.max(0, Math.ceil(across0 / map.linePx));
  const lastLine = Math.min(map.lines - 1, Math.floor(across1 / map.linePx));
  const middlePx = map.startPx + map.segmentPx / 2;
  const first = Math.max(0, Math.ceil((along0 - middlePx) / map.segmentPx));
  const last = Math.min(map.segments - 1, Math.floor((along1 - middlePx) / map.segmentPx));
  let fine = 0;
  let coarse = 0;
  let n = 0;
  for (let line = firstLine; line <= lastLine; line++)
    for (let i = line * map.segments + first, end = line * map.segments + last; i <= end; i++, n++) {
      fine += map.fine[i]!;
      coarse += map.coarse[i]!;
    }
  const signal = coarse - n * noise.coarse;
  // Hardly anything there: nothing can be said.
  return n === 0 || signal < n * noise.coarse ? Number.NaN : Math.max(0, fine - n * noise.fine) / signal;
};

export type FocusWatch = {
  /**
   * Sharpness of a field against the last sharp look at the same ground, 1 for as sharp, along the axis where it is less; `undefined` where
   * there is no such look. What is not much less sharp is taken for the next comparison.
   */
  compare(field: MeasuredField): number | undefined;
  /** The ratio below which a look is not as sharp as the one before. */
  readonly least: number;
  reset(): void;
};

/**
 * Tells a loss of focus, or a smear, from a change of what is seen: the same ground is compared with itself. How much detail a picture has depends on its cells more
 * than on a slight defocus, so that no limit on one picture alone can tell them apart. `least` is the ratio below which a look is not taken as reference.
 */
export const createFocusWatch = (least: number): FocusWatch => {
  let reference: MeasuredField | undefined;
  return {
    least,
    compare: (field) => {
      const { detail, widthPx, heightPx } = field;
      const before = reference;
      if (before === undefined || before.island !== field.island || before.widthPx !== widthPx || before.heightPx !== heightPx) {
        reference = field;
        return undefined;
      }
      const dx = field.x - before.x;
      const dy = field.y - before.y;
      const width = widthPx - Math.abs(dx);
      const height = heightPx - Math.abs(dy);
      const overlap = width > 0 && height > 0 ? (width * height) / (widthPx * heightPx) : 0;
      if (overlap < LEAST_OVERLAP) {
        reference = field;
        return undefined;
      }
      const ratio = (axis: 'x' | 'y'): number => {
        const in0 = { x: Math.max(0, -dx), y: Math.max(0, -dy) };
        const of0 = { x: Math.max(0, dx), y: Math.max(0, dy) };
        const [mine, its] = [detail.maps[axis], before.detail.maps[axis]];
        // The camera is the same: where a picture seems noisier than the other, it is the slide.
        const noise = mine.noise.fine < its.noise.fine ? mine.noise : its.noise;
        const now = detailIn(mine, noise, axis === 'y', in0.x, in0.y, in0.x + width, in0.y + height);
        const then = detailIn(its, noise, axis === 'y', of0.x, of0.y, of0.x + width, of0.y + height);
        return now / then;
      };
      const [x, y] = [ratio('x'), ratio('y')];
      if (Number.isNaN(x) || Number.isNaN(y)) return undefined;
      const relative = Math.min(x, y);
      if (relative > 1 || (relative >= least && overlap < RENEW_OVERLAP)) reference = field;
      return relative;
    },
    reset: () => {
      reference = undefined;
    },
  };
};
