import { seededRandom } from '../../domain/random.ts';
import { paintGlass } from '../../models/compose/glass.ts';
import { type Slide, toI420 } from './slide.ts';

/** Scale of the virtual microscope, and the way from one line of its micrometer to the next. */
export const MICROSCOPE_UM_PER_PX = 0.072;
export const MICROMETER_UM = 10;

/** As the glass of the smear: its mean over the shipped fields. */
const GLASS = [202, 203, 197] as const;
const LINE_UM = 1.8;
const EDGE_PX = 3;
/** How far lines run up and down from the middle of the scale, in µm; each fifth and tenth is longer. */
const REACH_UM = 15;
const FIFTH_UM = 20;
const TENTH_UM = 26;
/** What a line lets through. */
const CHROME = 0.16;

/** How far the ruling is turned against the camera: nobody lays it down quite straight. */
const tiltOf = (seed: number): number => (seededRandom(seed ^ 0x41c0).between(1.2, 4) * Math.PI) / 180;

/** A slide with nothing on it, or with the lines of a stage micrometer of 10 µm. */
export const paintBareSlide = (seed: number, widthPx: number, heightPx: number, ruled: boolean): Slide => {
  const rgb = paintGlass(GLASS, widthPx, heightPx, seededRandom(seed ^ 0x61a5));
  const slide = (): Slide => ({ widthPx, heightPx, umPerPx: MICROSCOPE_UM_PER_PX, cells: [], ...toI420(rgb, widthPx, heightPx) });
  if (!ruled) return slide();
  const [cos, sin] = [Math.cos(tiltOf(seed)), Math.sin(tiltOf(seed))];
  const edge = (awayPx: number): number => Math.min(1, Math.max(0, 0.5 + awayPx / EDGE_PX));
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      const [dx, dy] = [x - widthPx / 2, y - heightPx / 2];
      const alongUm = (dx * cos + dy * sin) * MICROSCOPE_UM_PER_PX;
      const upUm = Math.abs(dy * cos - dx * sin) * MICROSCOPE_UM_PER_PX;
      const line = Math.round(alongUm / MICROMETER_UM);
      const reachUm = line % 10 === 0 ? TENTH_UM : line % 5 === 0 ? FIFTH_UM : REACH_UM;
      if (upUm > reachUm + 1) continue;
      const beside = edge((LINE_UM / 2 - Math.abs(alongUm - line * MICROMETER_UM)) / MICROSCOPE_UM_PER_PX);
      const passes = 1 - (1 - CHROME) * beside * edge((reachUm - upUm) / MICROSCOPE_UM_PER_PX);
      for (let colour = 0; colour < 3; colour++) rgb[at + colour] = rgb[at + colour]! * passes;
    }
  return slide();
};
