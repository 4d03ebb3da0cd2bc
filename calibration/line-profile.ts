import type { Flattened } from './flattened.ts';

/** The mean of a picture along lines across the direction `angle`: `values[i]` of all samples whose x·cos + y·sin lies at `from` + i. */
export type LineProfile = { readonly angle: number; readonly from: number; readonly values: Float64Array };

/** Rows (or columns) that are looked at while the direction is sought; all are for the profile itself. */
const SOUGHT_ROWS = 160;
/** Shares of the longest line below which a line says too little. */
const LEAST_LENGTH = 0.3;
/** Directions tried around the best so far; a fine ruling is seen within a tenth of a degree alone. */
const SEARCH = [
  { steps: 50, degrees: 0.1 },
  { steps: 5, degrees: 0.02 },
  { steps: 4, degrees: 0.005 },
] as const;
const DEGREE = Math.PI / 180;

/** Direction of most gradients, 0 to π, to a fraction of a degree. */
const steepest = ({ data, widthPx, heightPx }: Flattened): number => {
  const bins = new Float64Array(180);
  for (let y = 1; y + 1 < heightPx; y += 2) {
    for (let x = 1; x + 1 < widthPx; x += 2) {
      const at = y * widthPx + x;
      const dx = data[at + 1]! - data[at - 1]!;
      const dy = data[at + widthPx]! - data[at - widthPx]!;
      bins[Math.round(Math.atan2(dy, dx) / DEGREE + 360) % 180]! += dx * dx + dy * dy;
    }
  }
  const around = (i: number): number => [-2, -1, 0, 1, 2].reduce((sum, away) => sum + bins[(i + away + 180) % 180]!, 0);
  let best = 0;
  for (let i = 1; i < 180; i++) if (around(i) > around(best)) best = i;
  const turn = [-2, -1, 0, 1, 2].reduce((sum, away) => sum + away * bins[(best + away + 180) % 180]!, 0);
  return (best + turn / Math.max(1e-12, around(best))) * DEGREE;
};

/**
 * Projects the picture on a direction; samples are shared out between the two places next to them. With a `step`, of the rows, or of the columns where
 * lines run along rows, only every so many are taken: no line is left out.
 */
const project = ({ data, widthPx, heightPx }: Flattened, angle: number, step: number): LineProfile => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const corners = [0, cos * widthPx, sin * heightPx, cos * widthPx + sin * heightPx];
  const from = Math.floor(Math.min(...corners)) - 1;
  const length = Math.ceil(Math.max(...corners)) + 2 - from;
  const sums = new Float64Array(length);
  const samples = new Float64Array(length);
  const alongRows = Math.abs(cos) >= Math.abs(sin);
  const rowStep = alongRows ? step : 1;
  const columnStep = alongRows ? 1 : step;
  for (let y = 0; y < heightPx; y += rowStep) {
    let place = y * sin - from;
    const end = (y + 1) * widthPx;
    for (let at = y * widthPx; at < end; at += columnStep, place += cos * columnStep) {
      const i = Math.floor(place);
      const share = place - i;
      const value = data[at]!;
      sums[i]! += (1 - share) * value;
      sums[i + 1]! += share * value;
      samples[i]! += 1 - share;
      samples[i + 1]! += share;
    }
  }
  const enough = LEAST_LENGTH * samples.reduce((most, n) => Math.max(most, n), 0);
  let first = 0;
  while (samples[first]! < enough) first++;
  let end = length;
  while (samples[end - 1]! < enough) end--;
  const values = Float64Array.from({ length: end - first }, (_, i) => sums[first + i]! / Math.max(1e-9, samples[first + i]!));
  return { angle, from: from + first, values };
};

/** How sharp the lines of a profile stand: it is the largest along the lines' own direction. */
const crispness = ({ values }: LineProfile): number => {
  let sum = 0;
  for (let i = 2; i + 2 < values.length; i++) sum += (values[i + 2]! - values[i - 2]!) ** 2;
  return sum / Math.max(1, values.length);
};

/** The profile across the straight lines of a softened picture, in the direction in which they stand sharpest. */
export const lineProfile = (picture: Flattened): LineProfile => {
  const step = Math.max(1, Math.floor(Math.min(picture.widthPx, picture.heightPx) / SOUGHT_ROWS));
  const score = (angle: number): number => crispness(project(picture, angle, step));
  let angle = steepest(picture);
  for (const { steps, degrees } of SEARCH) {
    const tries = Array.from({ length: 2 * steps + 1 }, (_, i) => angle + (i - steps) * degrees * DEGREE);
    const scores = tries.map(score);
    angle = tries[scores.indexOf(Math.max(...scores))]!;
  }
  // A ruling looks the same from both sides: the normal points to the right.
  while (angle > Math.PI / 2) angle -= Math.PI;
  while (angle <= -Math.PI / 2) angle += Math.PI;
  return project(picture, angle, 1);
};
