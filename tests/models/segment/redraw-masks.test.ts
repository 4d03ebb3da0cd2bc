import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCard } from '../../../domain/bundle-card.ts';
import { seededRandom } from '../../../domain/random.ts';
import { detectorNamed } from '../../../models/architectures/detector.ts';
import { firstParameters, foldParameters, parameterLayout } from '../../../models/architectures/parameters.ts';
import { detectorOnnx } from '../../../models/export/detector-onnx.ts';
import { onnxFile } from '../../../models/export/onnx-file.ts';
import { fileFacts, writeBundle } from '../../../models/export/segment-run.ts';
import { adoptWeights, WEIGHTS_BIN, WEIGHTS_JSON, weightsFiles } from '../../../models/export/weights-file.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { loadEngine } from '../../../models/runtime/load-engine.ts';
import { redrawMasks } from '../../../models/segment/redraw-masks.ts';
import { trainRecipe } from '../../../models/train/train-options.ts';

const REHEARSAL = fileURLToPath(new URL('../../../models/rehearsal', import.meta.url));

let home = '';
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'smearscope-redraw-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** The default bundle after its detector learned something: other weights, and no masks. */
const taught = async (out: string): Promise<string> => {
  const { card, dir } = await loadBundle('default');
  const definition = detectorNamed('yolox-nano', card.classes.length);
  const layout = parameterLayout(definition);
  const random = seededRandom(1);
  const parameters = firstParameters(definition, random);
  await adoptWeights(dir, layout, parameters);
  for (const [i, value] of parameters.weights.entries()) parameters.weights[i] = value * (1 + 0.02 * (random.next() - 0.5));
  const { json, bin } = weightsFiles(layout, parameters);
  const network = onnxFile(detectorOnnx(definition, foldParameters(definition, parameters)));
  const files = [['model.onnx', network] as const, [WEIGHTS_BIN, bin] as const, [WEIGHTS_JSON, Buffer.from(json)] as const];
  const { masks: _masks, ...rest } = card;
  await writeBundle(out, files, bundleCard.parse({ ...rest, files: fileFacts(files) }));
  return out;
};

const io = { progress: () => undefined, status: () => undefined, nowMs: () => 0, command: 'smearscope train' };
const recipe = trainRecipe.parse({
  name: 'site',
  classes: ['RBC', 'WBC', 'Platelets'],
  architecture: 'yolox-nano',
  umPerPx: 0.111,
  epochs: 1,
  data: [{ name: 'a site', format: 'coco', dir: '.', train: ['train'], umPerPx: 0.072, complete: true, source: 'a site', licence: 'MIT' }],
});

test('a bundle that was taught further draws again, by masks that grow on what it is now', { timeout: 240_000 }, async () => {
  const bundle = await taught(path.join(home, 'bundle'));
  const done = { bundle, before: 'default', recipe, dataRoot: REHEARSAL, out: path.join(home, 'masks'), canvases: 8 };
  expect(await redrawMasks(done, io)).toBe(true);
  const { card } = await loadBundle(bundle);
  expect(card.masks).toMatchObject({ planes: ['cell', 'nucleus'], nucleated: ['WBC'], researchOnly: false });
  const { engine } = await loadEngine({ model: bundle, engine: 'onnx:cpu', threads: 1 });
  await using drawn = engine;
  expect(drawn.draws).toEqual(['cell', 'nucleus']);
});

test('a bundle whose forerunner draws nothing stays as it is', async () => {
  const [before, bundle] = [await taught(path.join(home, 'before')), await taught(path.join(home, 'after'))];
  expect(await redrawMasks({ bundle, before, recipe, dataRoot: REHEARSAL, out: path.join(home, 'none') }, io)).toBe(false);
  expect((await loadBundle(bundle)).card.masks).toBeUndefined();
});
