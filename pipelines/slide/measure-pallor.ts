import type { Plane } from '../../domain/frame.ts';
import type { Outline } from '../../domain/outline.ts';
import { walkOutline } from '../../domain/smooth-outline.ts';

/** Rings on which light is measured, from the middle of the cell to its outline, and points on each. */
const RINGS = 24;
const POINTS = 48;
/** How far outside the outline the glass is looked at, and which of its points, by brightness, stand for bare glass: others may lie on neighbours. */
const GLASS_SCALES = [1.2, 1.35] as const;
const GLASS_RANK = 0.75;
/** The outer rings hold the blurred edge; the darkest of the others is the rim. */
const RIM_WITHIN = 0.92;
const LEAST_ABSORBED = 12;
/** A middle that takes nearly as much light as the rim is not paler: the cell has none. */
const FLAT = 0.85;

/** Middle of an outline's area; not finite where it has none. */
const middleOf = (outline: Outline): { readonly x: number; readonly y: number } => {
  let [twice, x, y] = [0, 0, 0];
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    const [x0, y0, x1, y1] = [outline[i]!, outline[i + 1]!, outline[j]!, outline[j + 1]!];
    const cross = x0 * y1 - x1 * y0;
    twice += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { x: x / (3 * twice), y: y / (3 * twice) };
};

/**
 * Diameter of the paler middle of a red cell over the cell's own, 0 to 1; `undefined` where it cannot be said: the cell takes hardly any light, or no
 * bare glass is near. The outline is in pixels of the plane, which is luma.
 *
 * The outline is shrunk towards the middle of its area in rings. Light that a ring takes away is the glass' luma less the ring's mean, the glass being the
 * brighter points just outside. The paler middle ends where, from the middle outward, half of the difference between the middle and the darkest ring is
 * passed, with straight lines between rings. Only differences of luma enter, so that exposure and white balance do not.
 */
export const measurePallor = ({ data, stridePx, widthPx, heightPx }: Plane, outline: Outline): number | undefined => {
  const { x, y } = middleOf(outline);
  const points = walkOutline(outline, POINTS);
  if (!Number.isFinite(x + y)) return undefined;
  const values = (scale: number): number[] => {
    const seen: number[] = [];
    for (let n = 0; n < POINTS; n++) {
      const column = Math.floor(x + scale * (points[2 * n]! - x));
      const row = Math.floor(y + scale * (points[2 * n + 1]! - y));
      if (column >= 0 && row >= 0 && column < widthPx && row < heightPx) seen.push(data[row * stridePx + column]!);
    }
    return seen;
  };
  const outside = GLASS_SCALES.flatMap(values).sort((a, b) => a - b);
  if (outside.length < POINTS / 2) return undefined;
  const glass = outside[Math.floor(GLASS_RANK * (outside.length - 1))]!;
  const taken = Array.from({ length: RINGS }, (_, ring) => {
    const seen = values((ring + 0.5) / RINGS);
    return glass - seen.reduce((sum, value) => sum + value, 0) / Math.max(1, seen.length);
  });
  const inner = taken.slice(0, Math.floor(RIM_WITHIN * RINGS));
  const rim = Math.max(...inner);
  if (rim < LEAST_ABSORBED) return undefined;
  // The innermost rings are few pixels each: together they are the middle.
  const middle = (taken[0]! + taken[1]! + taken[2]!) / 3;
  if (middle >= FLAT * rim) return 0;
  const half = (middle + rim) / 2;
  const from = taken.findIndex((value, ring) => ring >= 2 && value >= half);
  const [below, above] = [taken[from - 1]!, taken[from]!];
  const share = above === below ? 0 : Math.min(1, Math.max(0, (half - below) / (above - below)));
  return Math.min(1, (from - 0.5 + share) / RINGS);
};
