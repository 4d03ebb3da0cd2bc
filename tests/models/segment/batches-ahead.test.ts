import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBatchesAhead } from '../../../models/segment/batches-ahead.ts';
import { loadSegmentData } from '../../../models/segment/load-segment-data.ts';
import { segmentBatches } from '../../../models/segment/segment-batches.ts';
import { drawnPairs, pairsRecipe } from './drawn-pairs.ts';

describe('batches made ahead', () => {
  let dataRoot = '';
  beforeAll(async () => {
    dataRoot = await drawnPairs();
  });
  afterAll(() => rm(dataRoot, { recursive: true, force: true }));

  test('are those that the steps alone give, in any order', async () => {
    const recipe = pairsRecipe();
    await using ahead = openBatchesAhead({ recipe, dataRoot, memory: 64, stride: 1 });
    const { batch } = segmentBatches(recipe, await loadSegmentData(recipe, dataRoot, () => {}), 1);
    for (const step of [7, 8, 9, 2]) expect(await ahead.batch(step)).toEqual(await batch(step));
  });

  test('tell of data that cannot be read, and each step anew', async () => {
    await using ahead = openBatchesAhead({ recipe: pairsRecipe(), dataRoot: path.join(dataRoot, 'nowhere'), memory: 64, stride: 1 });
    for (const step of [0, 1]) await expect(ahead.batch(step)).rejects.toMatchObject({ fault: { kind: 'data' } });
  });
});
