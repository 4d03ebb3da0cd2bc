import type { Box } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';

/** Corners lie on hundredths of a pixel; in whole numbers no test of them is off by rounding. */
const PER_PIXEL = 100;

type Corner = readonly [x: number, y: number];
type Ring = readonly Corner[];

const turn = (a: Corner, b: Corner, c: Corner): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

const isSame = (a: Corner, b: Corner): boolean => a[0] === b[0] && a[1] === b[1];

/** Twice the area, below 0 where the corners go round the other way. */
const twiceArea = (ring: Ring): number => {
  const from = ring[0]!;
  let sum = 0;
  for (let i = 1; i + 1 < ring.length; i++) sum += turn(from, ring[i]!, ring[i + 1]!);
  return sum;
};

/** Without corners that are there twice, lie on a straight line, or are the tip of a way there and back. */
const withoutIdle = (ring: Ring): Corner[] => {
  const left = [...ring];
  for (let i = 0, still = 0; left.length >= 3 && still < left.length; ) {
    const [before, at, after] = [left[(i + left.length - 1) % left.length]!, left[i % left.length]!, left[(i + 1) % left.length]!];
    if (isSame(before, at) || turn(before, at, after) === 0) {
      left.splice(i % left.length, 1);
      i = Math.max(0, (i % (left.length + 1)) - 1);
      still = 0;
    } else {
      i = (i + 1) % left.length;
      still++;
    }
  }
  return left.length >= 3 ? left : [];
};

const isOn = (a: Corner, b: Corner, point: Corner): boolean =>
  turn(a, b, point) === 0 &&
  Math.min(a[0], b[0]) <= point[0] &&
  point[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= point[1] &&
  point[1] <= Math.max(a[1], b[1]);

/** A point that two sides share, on the grid. */
const shared = (a: Corner, b: Corner, c: Corner, d: Corner): Corner | undefined => {
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0])) return undefined;
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return undefined;
  const [atC, atD] = [turn(a, b, c), turn(a, b, d)];
  const [atA, atB] = [turn(c, d, a), turn(c, d, b)];
  if (atC > 0 !== atD > 0 && atA > 0 !== atB > 0 && atA !== 0 && atB !== 0 && atC !== 0 && atD !== 0) {
    const along = atC / (atC - atD);
    return [Math.round(c[0] + along * (d[0] - c[0])), Math.round(c[1] + along * (d[1] - c[1]))];
  }
  return isOn(a, b, c) ? c : isOn(a, b, d) ? d : isOn(c, d, a) ? a : isOn(c, d, b) ? b : undefined;
};

/** The two loops that a ring is where it meets itself first; each has fewer corners than the ring. `undefined` where it does not. */
const loopsOf = (ring: Ring): readonly [Ring, Ring] | undefined => {
  const last = ring.length - 1;
  for (let i = 0; i < last; i++)
    for (let j = i + 2; j <= (i === 0 ? last - 1 : last); j++) {
      const at = shared(ring[i]!, ring[i + 1]!, ring[j]!, ring[j === last ? 0 : j + 1]!);
      if (at !== undefined)
        return [
          [at, ...ring.slice(i + 1, j + 1)],
          [at, ...ring.slice(j + 1), ...ring.slice(0, i + 1)],
        ];
    }
  return undefined;
};

/** What of an outline lies in a box (Sutherland and Hodgman, 1974); parts may hang together along its sides. */
export const clipOutline = (outline: Outline, [x0, y0, x1, y1]: Box): number[] => {
  let left = [...outline];
  for (const [axis, limit, sign] of [
    [0, x0, 1],
    [1, y0, 1],
    [0, x1, -1],
    [1, y1, -1],
  ] as const) {
    const from = left;
    left = [];
    for (let i = 0; i < from.length; i += 2) {
      const j = (i + 2) % from.length;
      const [here, next] = [sign * (from[i + axis]! - limit), sign * (from[j + axis]! - limit)];
      if (here >= 0) left.push(from[i]!, from[i + 1]!);
      if (here >= 0 === next >= 0) continue;
      const along = here / (here - next);
      const cut = [from[i]! + along * (from[j]! - from[i]!), from[i + 1]! + along * (from[j + 1]! - from[i + 1]!)];
      cut[axis] = limit;
      left.push(...cut);
    }
  }
  return left;
};

/**
 * An outline as other programs want polygons: it nowhere meets itself, its area is above 0 and counted positive with y downwards, its corners lie on
 * hundredths of a pixel. Of one that crosses or touches itself the largest loop is kept. `undefined` where nothing is left.
 */
export const simplePolygon = (outline: Outline): number[] | undefined => {
  const corners: Corner[] = [];
  for (let i = 0; i + 1 < outline.length; i += 2)
    corners.push([Math.round(outline[i]! * PER_PIXEL), Math.round(outline[i + 1]! * PER_PIXEL)]);
  let ring = withoutIdle(corners);
  for (let loops = loopsOf(ring); loops !== undefined; loops = loopsOf(ring)) {
    const [a, b] = loops;
    ring = withoutIdle(Math.abs(twiceArea(a)) >= Math.abs(twiceArea(b)) ? a : b);
  }
  if (ring.length < 3) return undefined;
  const oriented = twiceArea(ring) > 0 ? ring : [...ring].reverse();
  return oriented.flatMap(([x, y]) => [x / PER_PIXEL, y / PER_PIXEL]);
};
