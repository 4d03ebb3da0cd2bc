import type { CellClassification } from './cell-classification.ts';

/** Weak evidence is not drawn, so that the cell stays to be seen. */
const LEAST = 0.6;
const MOST_OPACITY = 0.7;

/** Between violet, orange and yellow, told apart by lightness alone, too. */
const STOPS = [
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;

const colourAt = (share: number): readonly [number, number, number] => {
  const along = Math.min(0.999, Math.max(0, share)) * (STOPS.length - 1);
  const [from, to] = [STOPS[Math.floor(along)]!, STOPS[Math.floor(along) + 1]!];
  const part = along - Math.floor(along);
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, from[2] + (to[2] - from[2]) * part];
};

/** The value of a map at a place in pixels of the cell's picture, linear between its points; `undefined` outside. */
export const evidenceAt = ({ rows, columns, values, square }: CellClassification['map'], x: number, y: number): number | undefined => {
  const across = ((x - square[0]) / (square[2] - square[0])) * columns - 0.5;
  const down = ((y - square[1]) / (square[3] - square[1])) * rows - 0.5;
  if (across < -0.5 || down < -0.5 || across > columns - 0.5 || down > rows - 0.5) return undefined;
  const left = Math.min(columns - 1, Math.max(0, Math.floor(across)));
  const above = Math.min(rows - 1, Math.max(0, Math.floor(down)));
  const right = Math.min(columns - 1, left + 1);
  const below = Math.min(rows - 1, above + 1);
  const u = Math.min(1, Math.max(0, across - left));
  const v = Math.min(1, Math.max(0, down - above));
  const at = (row: number, column: number): number => values[row * columns + column] ?? 0;
  return (at(above, left) * (1 - u) + at(above, right) * u) * (1 - v) + (at(below, left) * (1 - u) + at(below, right) * u) * v;
};

/** Where a kind is seen, as RGBA with opacity, as large as the cell's picture: to be laid over it. */
export const evidencePicture = ({ map, picture }: Pick<CellClassification, 'map' | 'picture'>): Uint8ClampedArray<ArrayBuffer> => {
  const rgba = new Uint8ClampedArray(picture.widthPx * picture.heightPx * 4);
  for (let y = 0, to = 0; y < picture.heightPx; y++)
    for (let x = 0; x < picture.widthPx; x++, to += 4) {
      const value = evidenceAt(map, x + 0.5, y + 0.5);
      if (value === undefined || value < LEAST) continue;
      const share = (value - LEAST) / (1 - LEAST);
      const [red, green, blue] = colourAt(share);
      rgba[to] = red;
      rgba[to + 1] = green;
      rgba[to + 2] = blue;
      rgba[to + 3] = 255 * MOST_OPACITY * Math.sqrt(share);
    }
  return rgba;
};
