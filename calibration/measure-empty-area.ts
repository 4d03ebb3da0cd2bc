import type { CalibratedLight } from '../domain/calibration-profile.ts';
import { packGains } from '../domain/gain-map.ts';
import { type BlockColours, LIGHT_COLUMNS, LIGHT_ROWS } from './block-colours.ts';
import { BLUE_SHARE, GREEN_SHARE, RED_SHARE, rangeOf, toRgb } from './colour-matrix.ts';
import { medianOf, smoothSurface } from './smooth-surface.ts';

/** Light that was measured, or why it cannot be: one line, with what to do. */
export type EmptyArea = { readonly light: CalibratedLight; readonly dust: number } | { readonly refused: string };

const LEAST_LIGHT = 0.25;
/** Mean light of a block above which its samples may have been cut off. */
const CLIPPED = 0.985;
const MOST_CLIPPED_SHARE = 0.01;
/** Corners darker than this need more than the gain of 2 that can be given. */
const LEAST_EVENNESS = 0.5;
/** A block this much darker than the light around it has something on it. */
const SHADED = 0.03;
/** What has a colour of its own is a cell, and grey is dust: chroma so many levels away from the light's, and well above the noise. */
const COLOURED_LEVELS = 2.5;
const ABOVE_NOISE = 5 * 1.4826;
const MOST_COLOURED_SHARE = 0.004;
const MOST_SHADED_SHARE = 0.15;

const SIZE = LIGHT_COLUMNS * LIGHT_ROWS;

/** Medians over frames, block by block: what passes through one frame alone leaves no trace. */
const medians = (frames: readonly BlockColours[], plane: keyof BlockColours): Float32Array =>
  Float32Array.from({ length: SIZE }, (_, block) => medianOf(frames.map((frame) => frame[plane][block]!)));

/** Shares of the blocks that are shaded, and that are shaded with a colour. */
const whatLiesOn = (y: Float32Array, u: Float32Array, v: Float32Array, black: number): { shaded: number; coloured: number } => {
  const under = smoothSurface(y, LIGHT_COLUMNS, LIGHT_ROWS);
  // Grey dust dims chroma as it dims luma: what is compared is chroma for luma.
  const away = [u, v].map((chroma) => {
    const hue = smoothSurface(
      chroma.map((value, i) => (value - 128) / Math.max(1, y[i]! - black)),
      LIGHT_COLUMNS,
      LIGHT_ROWS,
    );
    const misses = chroma.map((value, i) => Math.abs(value - 128 - hue[i]! * (y[i]! - black)));
    return { misses, limit: Math.max(COLOURED_LEVELS, ABOVE_NOISE * medianOf(misses)) };
  });
  let shaded = 0;
  let coloured = 0;
  for (let i = 0; i < SIZE; i++) {
    if (away.some(({ misses, limit }) => misses[i]! > limit)) coloured++;
    if (Math.abs(y[i]! / Math.max(1, under[i]!) - 1) > SHADED) shaded++;
  }
  return { shaded: shaded / SIZE, coloured: coloured / SIZE };
};

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/**
 * Flat field and white balance from frames of an empty area. Each colour's light is the smooth surface (see `smoothSurface`) under the medians of its blocks; the flat
 * field raises it to that of the brightest place, the white balance raises the weaker colours to the strongest. Refuses an area that is too dark, clipped, too uneven or not empty.
 */
export const measureEmptyArea = (frames: readonly BlockColours[], fullRange: boolean): EmptyArea => {
  const { black, luma } = rangeOf(fullRange);
  const [y, u, v] = [medians(frames, 'y'), medians(frames, 'u'), medians(frames, 'v')];
  const mean = (y.reduce((sum, value) => sum + value, 0) / SIZE - black) / luma;
  if (mean < LEAST_LIGHT)
    return { refused: `the picture is too dark to measure its light (${percent(mean)} of full): turn the lamp up or expose longer` };
  const colours = [new Float32Array(SIZE), new Float32Array(SIZE), new Float32Array(SIZE)] as const;
  for (let i = 0; i < SIZE; i++) {
    const rgb = toRgb(y[i]!, u[i]!, v[i]!, fullRange);
    for (let c = 0; c < 3; c++) colours[c]![i] = rgb[c]!;
  }
  const clipped = colours[0].filter((_, i) => colours.some((colour) => colour[i]! > CLIPPED)).length / SIZE;
  if (clipped > MOST_CLIPPED_SHARE)
    return { refused: `${percent(clipped)} of the picture is over-exposed: turn the lamp down or expose shorter` };
  const { shaded, coloured } = whatLiesOn(y, u, v, black);
  if (coloured > MOST_COLOURED_SHARE || shaded > MOST_SHADED_SHARE)
    return { refused: `the area is not empty (something on ${percent(Math.max(coloured, shaded))} of it): move to a place without cells` };

  const smooth = colours.map((colour) => smoothSurface(colour, LIGHT_COLUMNS, LIGHT_ROWS)) as [Float32Array, Float32Array, Float32Array];
  const lumaAt = (i: number): number => RED_SHARE * smooth[0][i]! + GREEN_SHARE * smooth[1][i]! + BLUE_SHARE * smooth[2][i]!;
  let brightest = 0;
  let darkest = 0;
  for (let i = 0; i < SIZE; i++) {
    if (lumaAt(i) > lumaAt(brightest)) brightest = i;
    if (lumaAt(i) < lumaAt(darkest)) darkest = i;
  }
  const evenness = lumaAt(darkest) / lumaAt(brightest);
  if (evenness < LEAST_EVENNESS)
    return { refused: `the light falls to ${percent(evenness)} at the edge: centre the lamp and open the diaphragm first` };
  const white = smooth.map((colour) => colour[brightest]!) as [number, number, number];
  const flat = smooth.map((colour, c) => colour.map((value) => white[c]! / value)) as [Float32Array, Float32Array, Float32Array];
  // Up to the strongest colour, not down to the weakest: what is not clipped now is not clipped then.
  const grey = Math.max(...white);
  // How well the smooth surface is known: what single blocks are off by, through the blocks that hold each of its 15 numbers.
  const misses = colours.map((colour, c) => medianOf(colour.map((value, i) => Math.abs(value / smooth[c]![i]! - 1))));
  return {
    light: {
      flatField: packGains(LIGHT_COLUMNS, LIGHT_ROWS, flat),
      whiteBalance: { red: grey / white[0], green: grey / white[1], blue: grey / white[2] },
      uncertainty: Math.min(1, (1.96 * 1.4826 * Math.max(...misses)) / Math.sqrt(SIZE / 15)),
      evenness: Math.min(1, evenness),
    },
    dust: shaded,
  };
};
