import type { Cutout } from './cutout-bank.ts';
import type { Patch } from './paint-patch.ts';

/** How the dye of one smear differs from the usual: three tables of 256, by channel, from transmittance to transmittance. */
export type Stain = Uint8Array;

/** How a cut-out is laid: turned about its middle by an angle in radians; `mirrored` has its other side up. */
export type Turn = { readonly angle: number; readonly mirrored: boolean };

type Size = { readonly widthPx: number; readonly heightPx: number };

/** The size that a cut-out has when it is turned. */
export const turnedSize = ({ widthPx, heightPx }: Size, { angle }: Turn): Size => {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return {
    widthPx: Math.max(1, Math.ceil(widthPx * cos + heightPx * sin)),
    heightPx: Math.max(1, Math.ceil(widthPx * sin + heightPx * cos)),
  };
};

/** Places after the point of the coordinates that are walked along, and those of them that a pixel is divided into. */
const PLACES = 16;
const ONE = 1 << PLACES;
/** Every other byte of a word, with room for 8 more bits above each. */
const EVEN = 0x00ff00ff;

/** The steps of a row that stay at or above 0 and below a limit, when it begins at `from` and goes on by `step`: from the first to before the last. */
const stepsWithin = (from: number, step: number, limit: number, steps: number): readonly [number, number] => {
  if (step === 0) return from >= 0 && from < limit ? [0, steps] : [0, 0];
  const enter = step > 0 ? -from : limit - 1 - from;
  const leave = step > 0 ? limit - 1 - from : -from;
  return [Math.max(0, Math.ceil(enter / step)), Math.min(steps, Math.floor(leave / step) + 1)];
};

/**
 * Makes what turns cut-outs and changes their colours by `stain`. The patch is in memory that the next call writes over. Bilinear, with 16 steps to a pixel;
 * two bytes of a word are weighted at a time (each product takes 16 bits at most).
 */
export const createTurner = () => {
  let rgb = new Uint8Array(0);
  let mask = new Uint8Array(0);
  return (cutout: Cutout, turn: Turn, stain: Stain): Patch => {
    const { widthPx: w, heightPx: h, words } = cutout;
    const { widthPx, heightPx } = turnedSize(cutout, turn);
    if (mask.length < widthPx * heightPx) {
      mask = new Uint8Array(2 * widthPx * heightPx);
      rgb = new Uint8Array(3 * mask.length);
    } else mask.fill(0, 0, widthPx * heightPx);
    const [cos, sin] = [Math.cos(turn.angle), Math.sin(turn.angle)];
    const flip = turn.mirrored ? -1 : 1;
    const [stepU, stepV] = [Math.round(cos * flip * ONE), Math.round(-sin * ONE)];
    const dx = 0.5 - widthPx / 2;
    for (let y = 0; y < heightPx; y++) {
      const dy = y + 0.5 - heightPx / 2;
      const firstU = Math.round((flip * (dx * cos + dy * sin) + w / 2 - 0.5) * ONE);
      const firstV = Math.round((dy * cos - dx * sin + h / 2 - 0.5) * ONE);
      const [enterU, leaveU] = stepsWithin(firstU, stepU, (w - 1) * ONE, widthPx);
      const [enterV, leaveV] = stepsWithin(firstV, stepV, (h - 1) * ONE, widthPx);
      const enter = enterU > enterV ? enterU : enterV;
      const leave = leaveU < leaveV ? leaveU : leaveV;
      let u = (firstU + enter * stepU) | 0;
      let v = (firstV + enter * stepV) | 0;
      const end = y * widthPx + leave;
      for (let to = y * widthPx + enter; to < end; to++, u = (u + stepU) | 0, v = (v + stepV) | 0) {
        const at = Math.imul(v >> PLACES, w) + (u >> PLACES);
        const a = words[at]! | 0;
        const b = words[at + 1]! | 0;
        const c = words[at + w]! | 0;
        const d = words[at + w + 1]! | 0;
        if ((a | b | c | d) >>> 24 === 0) continue;
        const fu = (u >> (PLACES - 4)) & 15;
        const fv = (v >> (PLACES - 4)) & 15;
        const wd = fu * fv;
        const wc = (fv << 4) - wd;
        const wb = (fu << 4) - wd;
        const wa = 256 - wb - wc - wd;
        const odd =
          (Math.imul((a >>> 8) & EVEN, wa) +
            Math.imul((b >>> 8) & EVEN, wb) +
            Math.imul((c >>> 8) & EVEN, wc) +
            Math.imul((d >>> 8) & EVEN, wd)) |
          0;
        const soft = odd >>> 24;
        if (soft === 0) continue;
        const even = (Math.imul(a & EVEN, wa) + Math.imul(b & EVEN, wb) + Math.imul(c & EVEN, wc) + Math.imul(d & EVEN, wd)) | 0;
        mask[to] = soft;
        rgb[3 * to] = stain[(even >>> 8) & 255]!;
        rgb[3 * to + 1] = stain[256 + ((odd >>> 8) & 255)]!;
        rgb[3 * to + 2] = stain[512 + (even >>> 24)]!;
      }
    }
    return { widthPx, heightPx, rgb, mask };
  };
};
export type Turner = ReturnType<typeof createTurner>;
