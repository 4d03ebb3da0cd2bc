import type { Box } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';
import type { Picture } from './picture.ts';
import { choosePlacement, drawCrop, placeBoxes } from './place-crop.ts';

/** What the network learns from: pixels (RGB, 0 to 255), the cells in them, and slivers of cells that count neither way. */
export type Canvas = { readonly boxes: readonly LabelledBox[]; readonly slivers: readonly Box[] };

/** Whole, in two, or in four: several sites and scales lie in one canvas, and small zooms need small pieces. */
const chooseRegions = (random: Random, widthPx: number, heightPx: number): Box[] => {
  const kind = random.next();
  const x = Math.round((widthPx * random.between(0.3, 0.7)) / 4) * 4;
  const y = Math.round((heightPx * random.between(0.3, 0.7)) / 4) * 4;
  if (kind < 0.4) return [[0, 0, widthPx, heightPx]];
  if (kind < 0.7)
    return [
      [0, 0, x, heightPx],
      [x, 0, widthPx, heightPx],
    ];
  return [
    [0, 0, x, y],
    [x, 0, widthPx, y],
    [0, y, x, heightPx],
    [x, y, widthPx, heightPx],
  ];
};

/**
 * Tone curves of the three channels: a power of transmission is a thicker or thinner stain (Beer–Lambert), a gain another lamp or
 * white balance, an offset stray light.
 */
const chooseCurves = (random: Random): Float32Array[] => {
  const stain = Math.exp(random.between(-0.35, 0.35));
  const gain = random.between(0.85, 1.12);
  const stray = random.between(-8, 12);
  return [0, 1, 2].map(() => {
    const power = stain * Math.exp(random.between(-0.2, 0.2));
    const channelGain = gain * random.between(0.94, 1.06);
    return Float32Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, 255 * channelGain * (value / 255) ** power + stray)));
  });
};

/** Weighted average with the neighbours along one axis; `step` is the distance to a neighbour in values. */
const blurAxis = (pixels: Float32Array, step: number, share: number): void => {
  const source = pixels.slice();
  for (let i = step; i < pixels.length - step; i++)
    pixels[i] = source[i]! * (1 - 2 * share) + (source[i - step]! + source[i + step]!) * share;
};

const addNoise = (random: Random, pixels: Float32Array, deviation: number): void => {
  const table = Float32Array.from({ length: 4093 }, () => random.normal() * deviation);
  let at = random.integer(table.length);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.min(255, Math.max(0, pixels[i]! + table[at]!));
    // A stride that shares no factor with the table's length, moved on at each wrap, hides the repetition.
    at += 1 + (i & 1);
    if (at >= table.length) at -= table.length - (i % 61);
  }
};

/** How often a canvas has a white rim at the right and below, as where serving fills the network's input up; and its greatest width. */
const RIM_CHANCE = 0.2;
const RIM_PX = 15;

/** Composes one canvas into `pixels` from pictures that `draw` hands out: placed, recoloured, sometimes blurred or noisy. */
export const composeCanvas = (random: Random, draw: () => Picture, pixels: Float32Array, widthPx: number, heightPx: number): Canvas => {
  const boxes: LabelledBox[] = [];
  const slivers: Box[] = [];
  const rim = (): number => (random.next() < RIM_CHANCE ? random.integer(RIM_PX) + 1 : 0);
  pixels.fill(255);
  for (const region of chooseRegions(random, widthPx - rim(), heightPx - rim())) {
    const picture = draw();
    const placement = choosePlacement(random, picture, region);
    drawCrop(pixels, widthPx, placement, picture, chooseCurves(random));
    const placed = placeBoxes(placement, picture);
    boxes.push(...placed.boxes);
    slivers.push(...placed.slivers);
  }
  if (random.next() < 0.25) {
    const share = random.between(0.08, 0.3);
    blurAxis(pixels, 3, share);
    blurAxis(pixels, widthPx * 3, share);
  }
  if (random.next() < 0.3) addNoise(random, pixels, random.between(1, 7));
  return { boxes, slivers };
};
