import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { type AugmentSection, augmentation, augmentationOf, PRESET_NAMES, PRESETS } from '../../../models/train/augment/augmentation.ts';
import { drawBeta } from '../../../models/train/augment/beta.ts';
import { blurGaussian, blurMotion } from '../../../models/train/augment/blur.ts';
import { degradeJpeg } from '../../../models/train/augment/jpeg.ts';
import { applyStain, stainShift } from '../../../models/train/augment/stain.ts';
import { composeCanvas } from '../../../models/train/compose-canvas.ts';
import { markedPicture } from './synthetic-picture.ts';

const WIDTH = 70;
const HEIGHT = 50;
const picture = markedPicture(90, 80, [
  { box: [10, 10, 40, 40], classIndex: 0 },
  { box: [50, 30, 80, 60], classIndex: 1 },
]);

const compose = (section: AugmentSection, seed: number): Float32Array => {
  const pixels = new Float32Array(WIDTH * HEIGHT * 3);
  composeCanvas(seededRandom(seed), () => picture, pixels, WIDTH, HEIGHT, {
    augmentation: augmentationOf(section),
    scales: [1, 1],
    aimAtRare: 0,
  });
  return pixels;
};

const CHANGES: readonly (readonly [string, Exclude<AugmentSection, string>])[] = [
  ['flips', { preset: 'none', flips: 1 }],
  ['quarterTurns', { preset: 'none', quarterTurns: 1 }],
  ['zoom', { preset: 'none', zoom: [1.3, 1.5] }],
  ['stretch', { preset: 'none', stretch: 0.3 }],
  ['crop', { preset: 'none', crop: false }],
  ['mosaic', { preset: 'none', mosaic: 1 }],
  ['grey', { preset: 'none', grey: 1 }],
  ['rim', { preset: 'none', rim: 1 }],
  ['mixup', { preset: 'none', mixup: { probability: 1 } }],
  ['cutmix', { preset: 'none', cutmix: { probability: 1 } }],
  ['colour', { preset: 'none', colour: { gain: [0.7, 0.8] } }],
  ['lamp', { preset: 'none', colour: { lamp: 0.3 } }],
  ['stain', { preset: 'none', stain: { probability: 1 } }],
  ['vignette', { preset: 'none', vignette: { probability: 1 } }],
  ['blur', { preset: 'none', blur: { probability: 1 } }],
  ['motion', { preset: 'none', motion: { probability: 1 } }],
  ['noise', { preset: 'none', noise: { probability: 1 } }],
  ['jpeg', { preset: 'none', jpeg: { probability: 1 } }],
];

describe('augmentation', () => {
  it.each(CHANGES)('%s changes the pixels and keeps them within 0 to 255', (_, section) => {
    let changed = 0;
    for (let seed = 0; seed < 8; seed++) {
      const pixels = compose(section, seed);
      const plain = compose('none', seed);
      changed += pixels.reduce((sum, value, i) => sum + Math.abs(value - plain[i]!), 0);
      expect(pixels.every((value) => value >= 0 && value <= 255.001)).toBe(true);
    }
    expect(changed / (8 * WIDTH * HEIGHT * 3)).toBeGreaterThan(0.2);
  });

  it('keeps within 0 to 255 at any strength, and depends on nothing but the seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...PRESET_NAMES), (seed, preset) => {
        const section = {
          preset,
          colour: { gain: [0.3, 2], stray: [-60, 60] },
          noise: { probability: 0.5, deviation: [0, 60] },
        } satisfies AugmentSection;
        const pixels = compose(section, seed);
        expect(pixels.every((value) => value >= 0 && value <= 255.001)).toBe(true);
        const again = compose(section, seed);
        expect(pixels.every((value, i) => value === again[i])).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('takes a preset with changes, refuses what is no range', () => {
    expect(augmentationOf(undefined)).toBe(PRESETS.smear);
    expect(augmentationOf({ preset: 'strong', flips: 0, jpeg: { probability: 1 } })).toEqual({
      ...PRESETS.strong,
      flips: 0,
      jpeg: { ...PRESETS.strong.jpeg, probability: 1 },
    });
    for (const preset of PRESET_NAMES) expect(augmentation.parse(PRESETS[preset])).toEqual(PRESETS[preset]);
    expect(() => augmentationOf({ preset: 'smear', zoom: [2, 1] })).toThrow(/lower number first/);
  });
});

describe('stain', () => {
  const dyes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const;
  const straight = [0, 1, 2].map(() => Float32Array.from({ length: 256 }, (_, value) => value));

  it('leaves pixels alone, but for rounding, without factors and offsets', () => {
    const pixels = Float32Array.from({ length: 768 }, (_, i) => (i * 37) % 256);
    const before = pixels.slice();
    applyStain(stainShift(dyes, dyes, [1, 1, 1], [0, 0, 0]), straight)(pixels, 0, 768);
    expect(Math.max(...pixels.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThanOrEqual(1);
  });

  it('raises the transmission of each dye to its factor', () => {
    const pixels = Float32Array.from([127, 127, 127]);
    applyStain(stainShift(dyes, dyes, [2, 1, 0.5], [0, 0, Math.log(2)]), straight)(pixels, 0, 3);
    expect(pixels[0]).toBeCloseTo(256 / 4 - 1, -0.5);
    expect(pixels[1]).toBeCloseTo(127, -0.5);
    expect(pixels[2]).toBeCloseTo((256 * Math.SQRT1_2) / 2 - 1, -0.5);
  });

  it('changes one dye and not the other', () => {
    const oblique = [
      [0.8, 0.6, 0],
      [0, 0.6, 0.8],
      [0.6, 0, 0.8],
    ] as const;
    const { matrix } = stainShift(oblique, oblique, [2, 1, 1], [0, 0, 0]);
    const through = (density: readonly number[]): number[] =>
      [0, 1, 2].map((j) => density.reduce((sum, value, i) => sum + value * matrix[3 * i + j]!, 0));
    for (const i of [0, 1, 2]) {
      expect(through(oblique[0])[i]).toBeCloseTo(2 * oblique[0][i]!, 5);
      expect(through(oblique[1])[i]).toBeCloseTo(oblique[1][i]!, 5);
    }
  });
});

describe('optics and files', () => {
  const spot = (): Float32Array => {
    const pixels = new Float32Array(41 * 41 * 3);
    pixels.fill(200, (20 * 41 + 20) * 3, (20 * 41 + 20) * 3 + 3);
    return pixels;
  };
  const moments = (pixels: Float32Array): { sum: number; x: number; y: number } => {
    let [sum, x, y] = [0, 0, 0];
    for (let i = 0; i < pixels.length / 3; i++) {
      sum += pixels[i * 3]!;
      x += pixels[i * 3]! * ((i % 41) - 20) ** 2;
      y += pixels[i * 3]! * (Math.floor(i / 41) - 20) ** 2;
    }
    return { sum, x: x / sum, y: y / sum };
  };

  it.each([0.5, 1, 2.2])('a Gaussian of %f pixels has that deviation and loses no light', (sigma) => {
    const pixels = spot();
    blurGaussian(pixels, 41, sigma);
    const { sum, x, y } = moments(pixels);
    expect(sum).toBeCloseTo(200, 2);
    expect(Math.sqrt(x)).toBeCloseTo(sigma, 3);
    expect(Math.sqrt(y)).toBeCloseTo(sigma, 3);
  });

  it('a smear lies along its line', () => {
    const pixels = spot();
    blurMotion(pixels, 41, 8, 0);
    const { sum, x, y } = moments(pixels);
    expect(sum).toBeCloseTo(200, 2);
    expect(Math.sqrt(x)).toBeCloseTo(Math.sqrt((9 ** 2 - 1) / 12), 1);
    expect(y).toBeCloseTo(0, 5);
  });

  it.each([30, 75, 92])('a JPEG of quality %i is what an encoder would have left', async (quality) => {
    const [widthPx, heightPx] = [72, 52];
    const random = seededRandom(4);
    const coarse = Array.from({ length: 13 * 9 }, () => 60 + random.integer(120));
    // Grey, as decoders smooth the chroma that they enlarge.
    const bytes = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % widthPx, Math.floor(i / 3 / widthPx)];
      return coarse[Math.floor(y / 6) * 13 + Math.floor(x / 6)]!;
    });
    const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
    const file = await sharp(bytes, { raw }).jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false }).toBuffer();
    const truth = await sharp(file).raw().toBuffer();
    const pixels = Float32Array.from(bytes);
    degradeJpeg(pixels, widthPx, quality);
    const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
    // Half a level is the rounding of the decoder.
    expect(difference(pixels, truth)).toBeLessThan(0.55);
    expect(difference(bytes, truth)).toBeGreaterThan(1.2);
  });

  it('shares for mixing have the mean and spread of their distribution', () => {
    for (const alpha of [0.4, 1.5, 8]) {
      const random = seededRandom(9);
      const shares = Array.from({ length: 4000 }, () => drawBeta(random, alpha, alpha));
      const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
      const variance = shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / shares.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 0);
      expect(shares.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});
