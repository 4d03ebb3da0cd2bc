import type { Random } from '../../../domain/random.ts';
import type { Augmentation } from './augmentation.ts';
import { applyStain, chooseStainShift } from './stain.ts';

/** Recolours RGB values that are whole numbers 0 to 255, from one index to another, in place. What it leaves are 0 to 255, not whole. */
export type Recolour = (pixels: Float32Array, from: number, to: number) => void;

/** Tone curves of the three channels. */
const chooseCurves = (random: Random, colour: Augmentation['colour']): Float32Array[] => {
  const stain = Math.exp(random.between(-colour.stain, colour.stain));
  const gain = random.between(...colour.gain);
  const stray = random.between(...colour.stray);
  const lamp = random.between(-colour.lamp, colour.lamp);
  return [lamp, 0, -lamp].map((shift) => {
    const power = stain * Math.exp(random.between(-colour.channelStain, colour.channelStain));
    const channelGain = gain * random.between(...colour.channelGain) * Math.exp(shift);
    return Float32Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, 255 * channelGain * (value / 255) ** power + stray)));
  });
};

const applyCurves =
  ([red, green, blue]: readonly [Float32Array, Float32Array, Float32Array]): Recolour =>
  (pixels, from, to) => {
    for (let i = from; i < to; i += 3) {
      pixels[i] = red[pixels[i]!]!;
      pixels[i + 1] = green[pixels[i + 1]!]!;
      pixels[i + 2] = blue[pixels[i + 2]!]!;
    }
  };

/** Takes a share of the colour away; luma by BT.601. */
const fade =
  (share: number): Recolour =>
  (pixels, from, to) => {
    for (let i = from; i < to; i += 3) {
      const r = pixels[i]!;
      const g = pixels[i + 1]!;
      const b = pixels[i + 2]!;
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      pixels[i] = r + (luma - r) * share;
      pixels[i + 1] = g + (luma - g) * share;
      pixels[i + 2] = b + (luma - b) * share;
    }
  };

/** How one picture is recoloured: its dyes, then lamp, exposure and white balance, seldom without colour. */
export const chooseRecolour = (random: Random, { colour, stain, grey }: Augmentation): Recolour => {
  const curves = chooseCurves(random, colour);
  const restained = random.next() < stain.probability;
  const recolour = restained
    ? applyStain(chooseStainShift(random, stain), curves)
    : applyCurves(curves as [Float32Array, Float32Array, Float32Array]);
  if (random.next() >= grey) return recolour;
  const faded = fade(random.between(0.3, 1));
  return (pixels, from, to) => {
    recolour(pixels, from, to);
    faded(pixels, from, to);
  };
};
