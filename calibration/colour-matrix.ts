/**
 * ITU-R BT.601 as planes hold it: luma from `black` up, chroma around 128. `limited` has 219 steps of luma and 224 of chroma, full range 255 of each.
 */
export const rangeOf = (fullRange: boolean): { readonly black: number; readonly luma: number; readonly chroma: number } =>
  fullRange ? { black: 0, luma: 255, chroma: 255 } : { black: 16, luma: 219, chroma: 224 };

export const RED_SHARE = 0.299;
export const GREEN_SHARE = 0.587;
export const BLUE_SHARE = 0.114;

export type Rgb = readonly [red: number, green: number, blue: number];

/** Planes' values to red, green and blue, 0 to 1. */
export const toRgb = (y: number, u: number, v: number, fullRange: boolean): Rgb => {
  const { black, luma, chroma } = rangeOf(fullRange);
  const light = (y - black) / luma;
  const red = light + (2 * (1 - RED_SHARE) * (v - 128)) / chroma;
  const blue = light + (2 * (1 - BLUE_SHARE) * (u - 128)) / chroma;
  return [red, (light - RED_SHARE * red - BLUE_SHARE * blue) / GREEN_SHARE, blue];
};

/** What gains of the colours do to (y − black, u − 128, v − 128): a 3×3 matrix, row after row. */
export const gainMatrix = ([red, green, blue]: Rgb, fullRange: boolean): readonly number[] => {
  const { luma, chroma } = rangeOf(fullRange);
  const perU = (2 * (1 - BLUE_SHARE)) / chroma;
  const perV = (2 * (1 - RED_SHARE)) / chroma;
  // Each colour's part in y, u and v, through each plane that it comes from.
  const from = [
    [1 / luma, 1 / luma, 1 / luma],
    [0, (-BLUE_SHARE * perU) / GREEN_SHARE, perU],
    [perV, (-RED_SHARE * perV) / GREEN_SHARE, 0],
  ] as const;
  const out = from.map(([r, g, b]) => {
    const [r1, g1, b1] = [r * red, g * green, b * blue];
    const y = RED_SHARE * r1 + GREEN_SHARE * g1 + BLUE_SHARE * b1;
    return [y * luma, (b1 - y) / perU, (r1 - y) / perV] as const;
  });
  return [0, 1, 2].flatMap((plane) => out.map((column) => column[plane]!));
};
