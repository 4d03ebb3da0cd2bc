import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BundleCard } from '../../../domain/bundle-card.ts';
import { seededRandom } from '../../../domain/random.ts';
import { firstParameters, parameterLayout } from '../../../models/architectures/parameters.ts';
import { type SegmenterName, segmenterNamed } from '../../../models/architectures/segmenter.ts';
import type { Engine } from '../../../models/engine.ts';
import { runExportSegment } from '../../../models/export/export-segment.ts';
import { isSegmentRun } from '../../../models/export/segment-run.ts';
import { adoptWeights } from '../../../models/export/weights-file.ts';
import { loadEngine } from '../../../models/runtime/load-engine.ts';
import { openDrawer } from '../../../models/segment/judge/open-drawer.ts';
import { segmentRecipeText } from '../../../models/segment/segment-options.ts';
import { firstState, writeCheckpoint } from '../../../models/train/checkpoint.ts';
import { writeRunRecord } from '../../../models/train/run-record.ts';
import { engineFields } from '../../../server/bench/engine-fields.ts';
import { drawnPairs, pairsRecipe } from '../segment/drawn-pairs.ts';

const DEFAULT = fileURLToPath(new URL('../../../models/bundles/default/', import.meta.url));
const io = { progress: () => {}, nowMs: () => 0, command: 'test' };

let root = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'smearscope-export-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A run as training leaves it, with the weights it begins with; masks grow on the shipped detector. */
const aRun = async (
  name: string,
  architecture: SegmenterName,
  planes: readonly string[],
  licence: string,
  base?: string,
): Promise<string> => {
  const out = await mkdtemp(path.join(root, 'run-'));
  const definition = segmenterNamed(architecture, planes.length);
  const parameters = firstParameters(definition, seededRandom(1));
  if (base !== undefined) await adoptWeights(base, parameterLayout(definition), parameters);
  await writeCheckpoint(out, definition.name, firstState(parameters, 1), true);
  const recipe = pairsRecipe({ name, architecture, planes: [...planes] });
  await writeFile(path.join(out, 'recipe.json'), segmentRecipeText({ ...recipe, data: [{ ...recipe.data[0]!, licence }] }));
  const record = { command: 'smearscope train --task segment', commit: 'abc', backend: 'cpu', startedAt: '2026-01-01T00:00:00.000Z' };
  await writeRunRecord(out, { ...record, fields: { discs: 10 } });
  return out;
};

const exported = { checkpoint: 'best', version: '2.0', base: DEFAULT } as const;

describe('masks beside a detector', () => {
  let out = '';
  let card: BundleCard;
  beforeAll(async () => {
    out = path.join(root, 'drawing');
    const run = await aRun('discs', 'yolox-nano-masks', ['cell'], 'CC0', DEFAULT);
    expect(await isSegmentRun(run)).toBe(true);
    card = (await runExportSegment({ ...exported, run, out }, io)) as BundleCard;
  });

  test('the detector stays what it was; the card tells of the masks', async () => {
    expect(await readFile(path.join(out, 'model.onnx'))).toEqual(await readFile(path.join(DEFAULT, 'model.onnx')));
    expect(card).toMatchObject({ version: '2.0', architecture: 'yolox-nano', researchOnly: false });
    expect(card.masks).toMatchObject({ planes: ['cell'], stride: 2, researchOnly: false, data: [{ name: 'discs', fields: 10 }] });
    expect(card.files.map((file) => file.path).sort()).toEqual(['model.masks.onnx', 'model.onnx', 'weights.bin', 'weights.json']);
  });

  test('boxes are the same with and without, and nothing is drawn unless it is asked for', async () => {
    using fields = await engineFields(1);
    const [frame] = fields.frames;
    const tiles = [{ box: [0, 0, frame!.widthPx, frame!.heightPx] as const }];
    const found = async (
      model: string,
      outlines: boolean,
    ): Promise<{ draws: Engine['draws']; found: Awaited<ReturnType<Engine['detect']>> }> => {
      const { engine } = await loadEngine({ model, engine: 'onnx:cpu', threads: 1, outlines });
      await using _ = engine;
      return { draws: engine.draws, found: await engine.detect(frame!, tiles, fields.umPerPx) };
    };
    const plain = await found(out, false);
    expect(plain.draws).toEqual([]);
    expect(plain.found[0]!.length).toBeGreaterThan(5);
    expect(plain.found[0]!.every(({ outline, nucleus }) => outline === undefined && nucleus === undefined)).toBe(true);
    for (const [model, draws] of [
      [out, ['cell']],
      [DEFAULT, ['cell', 'nucleus']],
    ] as const) {
      const drawn = await found(model, true);
      expect(drawn.draws).toEqual(draws);
      expect(drawn.found[0]!.map(({ outline: _, nucleus: __, ...box }) => box)).toEqual(plain.found[0]);
      if (model === DEFAULT) expect(drawn.found[0]!.filter(({ outline }) => outline !== undefined).length).toBe(plain.found[0]!.length);
    }
  });

  test('training takes up the weights of detector and masks', async () => {
    const layout = parameterLayout(segmenterNamed('yolox-nano-masks', 1));
    const parameters = firstParameters(segmenterNamed('yolox-nano-masks', 1), seededRandom(9));
    expect(await adoptWeights(out, layout, parameters)).toEqual({
      taken: layout.weights.length + layout.statistics.length,
      tensors: layout.weights.length + layout.statistics.length,
    });
  });

  test('masks of another detector are refused, and nothing is written', async () => {
    const run = await aRun('discs', 'yolox-nano-masks', ['cell'], 'CC0');
    const to = path.join(root, 'refused');
    await expect(runExportSegment({ ...exported, run, out: to }, io)).rejects.toThrow(/trained on another detector/);
    await expect(readFile(path.join(to, 'card.json'))).rejects.toThrow();
  });

  test('data for research alone makes masks for research alone', async () => {
    const run = await aRun('discs', 'yolox-nano-masks', ['cell'], 'CC BY-NC-SA 3.0', DEFAULT);
    const made = (await runExportSegment({ ...exported, run, out: path.join(root, 'research') }, io)) as BundleCard;
    expect(made.researchOnly).toBe(false);
    expect(made.masks!.researchOnly).toBe(true);
  });
});

describe('a segmenter', () => {
  test('becomes a bundle that draws what was trained, measured on the fields that were held out', async () => {
    const dataRoot = await drawnPairs();
    const out = path.join(root, 'segmenter');
    const run = await aRun('discs', 'unet-tiny', ['cell'], 'CC0');
    const card = await runExportSegment({ ...exported, run, out, dataRoot }, io);
    expect(card).toMatchObject({
      schema: 'smearscope.segmenter/1',
      task: 'segment',
      planes: ['cell'],
      metrics: [{ data: 'discs', plane: 'cell' }],
    });
    const { drawer, card: read } = await openDrawer(out);
    await using _ = drawer;
    expect(read).toEqual(card);
    const picture = { data: new Uint8Array(150 * 70 * 3).fill(200), widthPx: 150, heightPx: 70 };
    const { shares } = await drawer.draw(picture, 0.15);
    expect(shares.get('cell')!.length).toBe(150 * 70);
    await rm(dataRoot, { recursive: true });
  });

  test('that is damaged is refused in one line', async () => {
    const copy = path.join(root, 'damaged');
    await cp(path.join(root, 'segmenter'), copy, { recursive: true });
    await writeFile(path.join(copy, 'model.onnx'), 'no network');
    await expect(openDrawer(copy)).rejects.toThrow(/model\.onnx has 10 bytes/);
  });
});
