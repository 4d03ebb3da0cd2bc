import type { Point } from '../../domain/geometry.ts';

/**
 * What the tracks so far say of how fast it flows where: sums over the cells of a grid that covers the frame, for each the weight, the velocity and its square.
 * A cell that has just come in most likely moves as those before it did.
 */
export type FlowField = { readonly atMs: number; readonly sums: Float64Array };

/** Where it is asked, in shares of the frame. */
type Share = Point;
/** Velocity in px/s with its variance along each axis. */
export type Drift = { readonly x: number; readonly y: number; readonly varX: number; readonly varY: number };

const ACROSS = 4;
const DOWN = 12;
const NUMBERS = 5;
/** What was seen counts for less as time goes on, and for less farther away, in shares of the frame along and across. */
const FORGOTTEN_IN_MS = 6000;
const ALONG = 0.35;
const ASIDE = 0.07;
/** Sightings that it takes before anything is said. */
const LEAST_WEIGHT = 4;

export const emptyField = (): FlowField => ({ atMs: 0, sums: new Float64Array(ACROSS * DOWN * NUMBERS) });

/** Takes in the velocities of this moment. */
export const learnField = (
  field: FlowField,
  atMs: number,
  seen: readonly { readonly at: Share; readonly velocity: Point }[],
): FlowField => {
  const kept = Math.exp(-Math.max(0, atMs - field.atMs) / FORGOTTEN_IN_MS);
  const sums = field.sums.map((sum) => sum * kept);
  for (const { at, velocity } of seen) {
    const column = Math.min(ACROSS - 1, Math.max(0, Math.floor(at.x * ACROSS)));
    const row = Math.min(DOWN - 1, Math.max(0, Math.floor(at.y * DOWN)));
    const k = (row * ACROSS + column) * NUMBERS;
    sums[k]! += 1;
    sums[k + 1]! += velocity.x;
    sums[k + 2]! += velocity.y;
    sums[k + 3]! += velocity.x ** 2;
    sums[k + 4]! += velocity.y ** 2;
  }
  return { atMs, sums };
};

/** The drift at a place; `undefined` while too little is known. */
export const driftAt = ({ sums }: FlowField, { x, y }: Share): Drift | undefined => {
  let weight = 0;
  let all = 0;
  const total = [0, 0, 0, 0];
  for (let row = 0; row < DOWN; row++)
    for (let column = 0; column < ACROSS; column++) {
      const k = (row * ACROSS + column) * NUMBERS;
      if (sums[k] === 0) continue;
      const near = Math.exp(-0.5 * (((column + 0.5) / ACROSS - x) / ALONG) ** 2 - 0.5 * (((row + 0.5) / DOWN - y) / ASIDE) ** 2) + 1e-4;
      all += sums[k]!;
      weight += near * sums[k]!;
      for (let i = 0; i < 4; i++) total[i]! += near * sums[k + 1 + i]!;
    }
  if (all < LEAST_WEIGHT) return undefined;
  const mean = { x: total[0]! / weight, y: total[1]! / weight };
  return { ...mean, varX: Math.max(0, total[2]! / weight - mean.x ** 2), varY: Math.max(0, total[3]! / weight - mean.y ** 2) };
};
