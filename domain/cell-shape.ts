import { z } from 'zod';
import { type Outline, outlineArea, outlineLength } from './outline.ts';

/** Measures of a cell's outline, in micrometres. */
export const cellShape = z.strictObject({
  areaUm2: z.number().min(0),
  perimeterUm: z.number().min(0),
  /** Of the circle of the same area. */
  diameterUm: z.number().min(0),
  /** `4π · area / perimeter²`: 1 for a circle (Cox, 1927). */
  circularity: z.number().min(0).max(1),
  /** Of the ellipse with the same second moments: 0 for a circle, near 1 for a needle. */
  eccentricity: z.number().min(0).max(1),
  /** Diameter of the paler middle over the cell's own. */
  pallor: z.number().min(0).max(1).optional(),
  /** Area of the nucleus over the cell's own. */
  nucleusShare: z.number().min(0).max(1).optional(),
});
export type CellShape = z.infer<typeof cellShape>;

/** Second moments of an outline's area about its middle, as `[xx, yy, xy]` over the area (Green's theorem). */
const centralMoments = (outline: Outline): [number, number, number] => {
  let area = 0;
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  // Near the origin nothing is lost to rounding.
  const [atX, atY] = [outline[0]!, outline[1]!];
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    const [x0, y0, x1, y1] = [outline[i]! - atX, outline[i + 1]! - atY, outline[j]! - atX, outline[j + 1]! - atY];
    const cross = x0 * y1 - x1 * y0;
    area += cross / 2;
    x += ((x0 + x1) * cross) / 6;
    y += ((y0 + y1) * cross) / 6;
    xx += ((x0 * x0 + x0 * x1 + x1 * x1) * cross) / 12;
    yy += ((y0 * y0 + y0 * y1 + y1 * y1) * cross) / 12;
    xy += ((x0 * y1 + 2 * x0 * y0 + 2 * x1 * y1 + x1 * y0) * cross) / 24;
  }
  if (area === 0) return [0, 0, 0];
  const [mx, my] = [x / area, y / area];
  return [xx / area - mx * mx, yy / area - my * my, xy / area - mx * my];
};

/** Measures an outline in camera pixels; `umPerPx` is their size. */
export const shapeOf = (outline: Outline, umPerPx: number): CellShape => {
  const areaUm2 = outlineArea(outline) * umPerPx * umPerPx;
  const perimeterUm = outlineLength(outline) * umPerPx;
  const [xx, yy, xy] = centralMoments(outline);
  const half = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const [large, small] = [(xx + yy) / 2 + half, (xx + yy) / 2 - half];
  return {
    areaUm2,
    perimeterUm,
    diameterUm: 2 * Math.sqrt(areaUm2 / Math.PI),
    circularity: perimeterUm === 0 ? 0 : Math.min(1, (4 * Math.PI * areaUm2) / perimeterUm ** 2),
    eccentricity: large <= 0 ? 0 : Math.sqrt(Math.max(0, 1 - Math.max(0, small) / large)),
  };
};
