import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSegmentData } from '../../../models/segment/load-segment-data.ts';
import { segmentBatches } from '../../../models/segment/segment-batches.ts';
import { nameShare } from '../../../models/segment/segment-field.ts';
import { segmentLoss } from '../../../models/segment/segment-loss.ts';
import { segmentRecipe } from '../../../models/segment/segment-recipe.ts';
import { runTrainSegment } from '../../../models/segment/train-segment.ts';
import { loadTensorFlow } from '../../../models/tensorflow.ts';
import { syntheticFields } from '../synthetic-fields.ts';
import { drawnPairs, pairsRecipe as recipe } from './drawn-pairs.ts';

let root = '';
beforeAll(async () => {
  root = await drawnPairs();
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('labels', () => {
  test('hold out fields by their names, whatever else is there', async () => {
    const [data] = await loadSegmentData(recipe(), root, () => {});
    const heldOut = data!.validate.map(({ name }) => name);
    expect(heldOut.length + data!.train.length).toBe(10);
    expect(heldOut).toEqual(Array.from({ length: 10 }, (_, i) => `pair${i}`).filter((name) => nameShare(name) < 0.4));
  });

  test('of boxes become outlines, and a test field is refused', async () => {
    const folder = await syntheticFields();
    const labels = {
      kind: 'boxes',
      format: 'yolo',
      classes: ['RBC', 'WBC'],
      nucleated: ['WBC'],
      train: ['train'],
      validate: ['val'],
    } as const;
    const source = { name: 'fields', dir: 'fields', umPerPx: 0.2, labels, weight: 1, source: 'drawn', licence: 'CC0' };
    const both = recipe({ planes: ['cell', 'nucleus'] });
    const [data] = await loadSegmentData(
      {
        ...both,
        data: [
          {
            ...source,
            labels: { ...labels, heldOut: 0, classes: [...labels.classes], nucleated: ['WBC'], train: ['train'], validate: ['val'] },
          },
        ],
      },
      folder,
      () => {},
    );
    expect(data!.train.length).toBe(6);
    const leaky = {
      ...source,
      labels: { ...labels, heldOut: 0, classes: [...labels.classes], nucleated: [], train: ['test'], validate: [] },
    };
    await expect(loadSegmentData({ ...both, data: [leaky] }, folder, () => {})).rejects.toThrow(/test split/);
    await rm(folder, { recursive: true });
  });

  test('lie where their picture lies, whichever way it is turned', async () => {
    const chosen = recipe({ augment: { preset: 'none', flips: 0.5, quarterTurns: 0.5, zoom: [0.8, 1.4] } });
    const { batch } = segmentBatches(chosen, await loadSegmentData(chosen, root, () => {}), 1);
    let agree = 0;
    let points = 0;
    for (let step = 0; step < 6; step++) {
      const { pixels, targets, weights } = await batch(step);
      for (let at = 0; at < targets.length; at++) {
        if (weights[at] === 0) continue;
        points++;
        // Cells are darker in green than the glass.
        if (pixels[at * 3 + 1]! < 180 === targets[at]! > 0.5) agree++;
      }
    }
    expect(points).toBeGreaterThan(10_000);
    expect(agree / points).toBeGreaterThan(0.985);
  });
});

describe('losses', () => {
  test('are what their papers say', async () => {
    const { tf } = await loadTensorFlow('cpu');
    const logits = tf.tensor4d([2, -1, 0.5, 30], [1, 2, 2, 1]);
    const targets = tf.tensor4d([1, 0, 0, 1], [1, 2, 2, 1]);
    const weights = tf.tensor4d([1, 1, 1, 0], [1, 2, 2, 1]);
    const p = [2, -1, 0.5].map((x) => 1 / (1 + Math.exp(-x))) as [number, number, number];
    const options = segmentRecipe.shape.loss.parse({});
    const entropy = -(Math.log(p[0]) + Math.log(1 - p[1]) + Math.log(1 - p[2])) / 4;
    const dice = (2 * p[0] + 1) / (p[0] + p[1] + p[2] + 1 + 1);
    expect(segmentLoss(tf, logits, targets, weights, options).dataSync()[0]).toBeCloseTo(entropy + 1 - dice, 5);
    const tversky = (p[0] + 1) / (p[0] + 0.7 * (1 - p[0]) + 0.3 * (p[1] + p[2]) + 1);
    expect(segmentLoss(tf, logits, targets, weights, { ...options, kind: 'focal-tversky' }).dataSync()[0]).toBeCloseTo(
      (1 - tversky) ** 0.75,
      5,
    );
  });
});

describe('a run', () => {
  const io = { progress: () => {}, nowMs: () => 0, command: 'test' };

  test('learns to draw discs; stopped and resumed it gives the same weights', async () => {
    const out = path.join(root, 'run');
    const options = { recipe: recipe(), dataRoot: root, out, resume: false, backend: 'auto' } as const;
    const whole = await runTrainSegment(options, io);
    expect(whole.finished).toBe(true);
    expect(whole.best).toBeGreaterThan(0.9);

    const again = path.join(root, 'again');
    const stop = new AbortController();
    const stopping = {
      ...io,
      signal: stop.signal,
      status: (status: { share: number } | undefined) => status !== undefined && status.share > 0.4 && stop.abort(),
    };
    expect((await runTrainSegment({ ...options, out: again }, stopping as never)).finished).toBe(false);
    expect((await runTrainSegment({ ...options, out: again, resume: true }, io)).finished).toBe(true);
    expect(await readFile(path.join(again, 'best.ckpt'))).toEqual(await readFile(path.join(out, 'best.ckpt')));
  }, 240_000);
});
