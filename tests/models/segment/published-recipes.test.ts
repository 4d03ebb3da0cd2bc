import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parameterLayout } from '../../../models/architectures/parameters.ts';
import { segmenterNamed } from '../../../models/architectures/segmenter.ts';
import { CELL_KINDS } from '../../../models/compose/cell-kinds.ts';
import { type SegmentRecipe, segmentRecipe } from '../../../models/segment/segment-recipe.ts';
import { firstSchedule, heedJudgement, learningRateAt } from '../../../models/train/schedule.ts';

const recipeOf = async (name: string): Promise<SegmentRecipe> =>
  segmentRecipe.parse(JSON.parse(await readFile(new URL(`../../../models/segment/${name}.json`, import.meta.url), 'utf8')));

const hex = (colour: readonly number[]): string => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

describe('published architectures', () => {
  test.each([
    ['unet', 31_039_178],
    ['flexible-unet', 31_119_162],
  ] as const)('%s has the weights its definition gives', (name, weights) => {
    expect(parameterLayout(segmenterNamed(name, 10)).weightCount).toBe(weights);
    // Counted by hand from the definition: kernels with scale and shift of the normalisation for each filter, and the logits with their bias.
    const [filters, levels, first] = name === 'unet' ? [64, 5, 3] : [16, 7, 7];
    const conv = (side: number, from: number, to: number): number => side * side * from * to + 2 * to;
    let sum = conv(first, 3, filters) + conv(3, filters, filters) + filters * 10 + 10;
    for (let level = 1; level < levels; level++) {
      const [above, here] = [filters * 2 ** (level - 1), filters * 2 ** level];
      // Down: two convolutions. Up: one of 2×2 after enlarging, then two over its maps beside those of the way down.
      sum += conv(3, above, here) + conv(3, here, here) + conv(2, here, above) + conv(3, 2 * above, above) + conv(3, above, above);
    }
    expect(sum).toBe(weights);
  });
});

describe('recipes', () => {
  test.each(['default-masks', 'bbbc041-masks', 'wbc-masks', 'unet', 'flexible-unet'])('%s is whole', async (name) => {
    expect((await recipeOf(name)).name).toBe(name);
  });

  test('unet tells the ten kinds of composed pictures apart, by their colours', async () => {
    const { architecture, canvas, planes, data } = await recipeOf('unet');
    expect([architecture, ...canvas]).toEqual(['unet', 224, 224]);
    expect(planes).toEqual(CELL_KINDS.map(({ name }) => name));
    expect(data[0]!.labels).toMatchObject({ colours: Object.fromEntries(CELL_KINDS.map(({ name, colour }) => [hex(colour), [name]])) });
  });

  test('flexible-unet is driven as published: the rate falls to 0.4 after more than four judgements in vain, and after ten the run ends', async () => {
    const recipe = await recipeOf('flexible-unet');
    expect(recipe).toMatchObject({
      architecture: 'flexible-unet',
      canvas: [512, 512],
      maskBlur: 3,
      learningRate: 1e-4,
      loss: { kind: 'bce-dice' },
    });
    const state = firstSchedule(1000);
    expect(heedJudgement(recipe, state, true)).toBe(false);
    const seen = Array.from({ length: 10 }, () => {
      const ends = heedJudgement(recipe, state, false);
      return [Number((learningRateAt(recipe, state, 500) / 1e-4).toFixed(6)), ends];
    });
    expect(seen.map(([rate]) => rate)).toEqual([1, 1, 1, 1, 0.4, 0.4, 0.4, 0.4, 0.4, 0.16]);
    expect(seen.map(([, ends]) => ends)).toEqual([...new Array<boolean>(9).fill(false), true]);
  });
});
