import type { Plane } from '../../domain/frame.ts';
import { seededRandom } from '../../domain/random.ts';

export type DrawnRuling = {
  readonly pitchPx: number;
  readonly angleDeg: number;
  /** Line width as a share of the pitch. */
  readonly duty?: number;
  readonly blurPx?: number;
  readonly noise?: number;
  /** Share of light lost from one corner to the other, and towards the edges. */
  readonly tilt?: number;
  readonly vignette?: number;
  /** Grey levels between ground and line; negative for light lines. */
  readonly depth?: number;
  /** Only each fifth line is as long as the picture, the others this share of it. */
  readonly shortShare?: number;
  readonly phase?: number;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly seed?: number;
};

/** A smooth step of the width of the blur. */
const edge = (away: number, blurPx: number): number => 1 / (1 + Math.exp((-1.7 * away) / Math.max(0.3, blurPx)));

/** A picture of a ruling, as a camera gives it. */
export const drawRuling = (options: DrawnRuling): Plane => {
  const { pitchPx, angleDeg, duty = 0.2, blurPx = 1, noise = 2, tilt = 0, vignette = 0, depth = 90, shortShare = 1, phase = 0.3 } = options;
  const { widthPx = 640, heightPx = 360, seed = 1 } = options;
  const random = seededRandom(seed);
  const angle = (angleDeg * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const data = new Uint8ClampedArray(widthPx * heightPx);
  /** Half of how far lines run in the picture. */
  const reach = 0.5 * (Math.abs(cos) * heightPx + Math.abs(sin) * widthPx);
  const corner = (widthPx ** 2 + heightPx ** 2) / 4;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const along = x * cos + y * sin + phase * pitchPx;
      const line = Math.round(along / pitchPx);
      const away = Math.abs(along - line * pitchPx);
      const isLong = ((line % 5) + 5) % 5 === 0;
      const reaches = isLong || Math.abs((y - heightPx / 2) * cos - (x - widthPx / 2) * sin) < shortShare * reach;
      const dark = reaches ? edge((duty * pitchPx) / 2 - away, blurPx) : 0;
      const light =
        (1 - tilt * (0.5 * (x / widthPx) + 0.5 * (y / heightPx))) *
        (1 - (vignette * ((x - widthPx / 2) ** 2 + (y - heightPx / 2) ** 2)) / corner);
      data[y * widthPx + x] = 16 + ((depth < 0 ? 90 : 190) - depth * dark) * light + noise * random.normal();
    }
  return { data: new Uint8Array(data.buffer), stridePx: widthPx, widthPx, heightPx };
};
