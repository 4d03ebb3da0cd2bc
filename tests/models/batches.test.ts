import { describe, expect, it } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { repeatFactors } from '../../models/train/augment/repeat-factors.ts';
import { batches } from '../../models/train/batches.ts';
import type { LoadedSource } from '../../models/train/load-training-data.ts';
import { type TrainRecipe, trainRecipe } from '../../models/train/train-options.ts';
import { fingerprint, markedPicture } from './augment/synthetic-picture.ts';
import { syntheticRecipe } from './synthetic-fields.ts';

const common = (n: number, name: string, unlabelled: readonly number[] = []) =>
  Array.from({ length: n }, (_, i) =>
    markedPicture(80, 64, [{ box: [10, 10, 30, 30] as Box, classIndex: 0 }], { name: `${name}${i}`, unlabelled }),
  );
const rare = (n: number) =>
  Array.from({ length: n }, (_, i) =>
    markedPicture(
      80,
      64,
      [
        { box: [10, 10, 30, 30] as Box, classIndex: 0 },
        { box: [40, 20, 60, 40] as Box, classIndex: 1 },
      ],
      { name: `rare${i}` },
    ),
  );

const source = (recipe: TrainRecipe, train: LoadedSource['train'], weight = 1): LoadedSource => ({
  source: { ...recipe.data[0]!, weight },
  train,
  validate: [],
});

describe('batches', () => {
  const recipe = syntheticRecipe({ batch: 3, augment: 'strong', scales: [0.8, 1.25], aimAtRare: 0.5 });
  const sources = [source(recipe, [...common(6, 'common'), ...rare(3)])];

  it('are the same for seed and step, whatever was asked for before, and differ between steps and seeds', () => {
    const first = batches(recipe, sources);
    const second = batches(recipe, sources);
    for (const step of [0, 7, 3, 100]) first.batch(step);
    expect(fingerprint(first.batch(5))).toBe(fingerprint(second.batch(5)));
    expect(fingerprint(first.batch(4))).not.toBe(fingerprint(second.batch(5)));
    expect(fingerprint(batches({ ...recipe, seed: 2 }, sources).batch(5))).not.toBe(fingerprint(second.batch(5)));
  });

  it('show each field in its turn, as often as its source weighs', () => {
    const plain = syntheticRecipe({ batch: 1, augment: 'none', canvas: [64, 48] });
    const [light, heavy] = [common(4, 'light'), rare(4)];
    const supply = batches(plain, [source(plain, light), source(plain, heavy, 2)]);
    expect(supply.stepsPerEpoch).toBe(12);
    // Only the heavy source's fields hold the second class, and no window of this size leaves both cells out.
    const whole = Array.from({ length: 12 }, (_, step) => supply.batch(step).canvases[0]!);
    expect(whole.filter(({ boxes, slivers }) => boxes.length + slivers.length > 1).length).toBeGreaterThanOrEqual(6);
  });

  it('are drawn in one of the sizes asked for, each', () => {
    const sizes: TrainRecipe['canvases'] = [
      [64, 48],
      [96, 64],
    ];
    const supply = batches({ ...recipe, canvases: sizes }, sources);
    const seen = new Set(
      Array.from({ length: 20 }, (_, step) => {
        const { pixels, widthPx, heightPx, canvases } = supply.batch(step);
        expect(pixels.length).toBe(canvases.length * widthPx * heightPx * 3);
        return `${widthPx}×${heightPx}`;
      }),
    );
    expect([...seen].sort()).toEqual(['64×48', '96×64']);
  });

  it('draw cells at the scales asked for', () => {
    const large = markedPicture(400, 400, [{ box: [190, 190, 210, 210], classIndex: 0 }]);
    const widths = (scales: [number, number]): number[] => {
      const scaled = syntheticRecipe({ batch: 1, augment: 'none', canvas: [160, 160], scales, aimAtRare: 1 });
      const supply = batches(scaled, [source(scaled, [large])]);
      return Array.from({ length: 60 }, (_, step) => supply.batch(step).canvases[0]!.boxes[0]!.box).map((box) => box[2] - box[0]);
    };
    expect(Math.max(...widths([1, 1]))).toBeCloseTo(20);
    expect(Math.min(...widths([1, 1]))).toBeCloseTo(20);
    const [least, most] = [Math.min(...widths([0.5, 2])), Math.max(...widths([0.5, 2]))];
    expect(least).toBeGreaterThan(9.9);
    expect(least).toBeLessThan(11.5);
    expect(most).toBeGreaterThan(30);
    expect(most).toBeLessThanOrEqual(40.01);
  });

  it('say where a class was not looked for', () => {
    const halves = syntheticRecipe({ batch: 2, augment: { preset: 'none', mosaic: 1, cutmix: { probability: 0.5 } } });
    const supply = batches(halves, [source(halves, common(5, 'partial', [1])), source(halves, rare(5))]);
    for (let step = 0; step < 30; step++)
      for (const { boxes, unlabelled = [] } of supply.batch(step).canvases) {
        for (const { classIndexes } of unlabelled) expect(classIndexes).toEqual([1]);
        // A cell of that class never lies where it was not looked for.
        for (const { box, classIndex } of boxes) {
          if (classIndex !== 1) continue;
          const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
          expect(unlabelled.some((region) => x > region.box[0] && x < region.box[2] && y > region.box[1] && y < region.box[3])).toBe(false);
        }
      }
    const all = Array.from({ length: 30 }, (_, step) => supply.batch(step).canvases).flat();
    expect(all.some(({ unlabelled = [] }) => unlabelled.length > 0)).toBe(true);
    expect(all.some(({ unlabelled = [] }) => unlabelled.length === 0)).toBe(true);
  });
});

describe('balanced sampling', () => {
  const field = (weight: number, classIndexes: number[], unlabelled: number[] = []) => ({
    weight,
    classIndexes: new Set(classIndexes),
    unlabelled: new Set(unlabelled),
  });

  it('repeats a field by its rarest class, as the paper has it', () => {
    const fields = [...new Array(9).fill(field(1, [0])), field(1, [0, 1])];
    const factors = repeatFactors(fields, 2, 0.4);
    expect(factors.slice(0, 9)).toEqual(new Array(9).fill(1));
    expect(factors[9]).toBeCloseTo(Math.sqrt(0.4 / 0.1));
  });

  it('counts a class among the fields that are labelled for it, by their weight', () => {
    const fields = [field(1, [0, 1]), field(3, [0]), ...new Array(20).fill(field(1, [0], [1]))];
    expect(repeatFactors(fields, 2, 1)[0]).toBeCloseTo(Math.sqrt(1 / 0.25));
  });

  it('shows rare classes more, and the epoch grows by what is repeated', () => {
    const shares = (sampling: 'natural' | 'balanced') => {
      const recipe = trainRecipe.parse({
        ...syntheticRecipe({ batch: 1, augment: 'none', canvas: [64, 64] }),
        sampling,
        repeatThreshold: 0.8,
      });
      const supply = batches(recipe, [source(recipe, [...common(18, 'common'), ...rare(2)])]);
      const steps = 10 * supply.stepsPerEpoch;
      const shown = Array.from({ length: steps }, (_, step) => supply.batch(step).canvases[0]!.boxes.length > 1).filter(Boolean).length;
      return { stepsPerEpoch: supply.stepsPerEpoch, share: shown / steps };
    };
    const [natural, balanced] = [shares('natural'), shares('balanced')];
    expect(natural.stepsPerEpoch).toBe(20);
    // √(0.8 / 0.1) = 2.83 times two fields.
    expect(balanced.stepsPerEpoch).toBe(Math.floor(18 + 2 * Math.sqrt(8)));
    expect(balanced.share / natural.share).toBeGreaterThan(1.8);
  });
});
