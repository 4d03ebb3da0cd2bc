import type { Random } from '../../domain/random.ts';

/** Pixels from one knot of the mottling to the next, and its amplitude in grey levels. */
const MOTTLING = [
  { knotPx: 256, amplitude: 1.6 },
  { knotPx: 24, amplitude: 0.9 },
] as const;

/** A smooth random field: uniform knots, blended linearly between them. */
const mottle = (knotPx: number, amplitude: number, widthPx: number, heightPx: number, random: Random) => {
  const across = Math.ceil(widthPx / knotPx) + 2;
  const knots = Float32Array.from({ length: across * (Math.ceil(heightPx / knotPx) + 2) }, () => random.between(-amplitude, amplitude));
  return (x: number, y: number): number => {
    const column = Math.floor(x / knotPx);
    const row = Math.floor(y / knotPx);
    const fx = x / knotPx - column;
    const fy = y / knotPx - row;
    const i = row * across + column;
    const top = knots[i]! + fx * (knots[i + 1]! - knots[i]!);
    const bottom = knots[i + across]! + fx * (knots[i + across + 1]! - knots[i + across]!);
    return top + fy * (bottom - top);
  };
};

/** The bare slide, RGB, 3 bytes a pixel: the colour of the glass, faintly mottled by dried plasma. */
export const paintGlass = (
  [red, green, blue]: readonly [number, number, number],
  widthPx: number,
  heightPx: number,
  random: Random,
): Uint8Array => {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const [coarse, fine] = MOTTLING.map(({ knotPx, amplitude }) => mottle(knotPx, amplitude, widthPx, heightPx, random));
  let grain = random.integer(2 ** 31) | 0;
  for (let y = 0, at = 0; y < heightPx; y++) {
    let shade = 0;
    for (let x = 0; x < widthPx; x++, at += 3) {
      if ((x & 3) === 0) shade = coarse!(x, y) + fine!(x, y);
      grain = (Math.imul(grain, 1_664_525) + 1_013_904_223) | 0;
      const level = shade + (grain >>> 24) / 128;
      rgb[at] = red + level;
      rgb[at + 1] = green + level;
      rgb[at + 2] = blue + level;
    }
  }
  return rgb;
};
