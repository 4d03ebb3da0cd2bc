import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateClassify } from '../../../models/classify/evaluate-classify.ts';
import { isClassifierRun, runExportClassifier } from '../../../models/classify/export-classifier.ts';
import { loadClassifier } from '../../../models/classify/load-classifier.ts';
import { listCells } from '../../../models/classify/read-cells.ts';
import { runTrainClassify } from '../../../models/classify/train-classify.ts';
import { drawnCells, cellsRecipe as recipe } from './drawn-cells.ts';

const io = { progress: () => {}, nowMs: () => 0, command: 'test' };

let root = '';
beforeAll(async () => {
  root = await drawnCells();
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a run', () => {
  test('learns kinds; its bundle says the same, and points at the cells', async () => {
    const out = path.join(root, 'run');
    const summary = await runTrainClassify({ recipe: recipe(), dataRoot: root, out, resume: false, backend: 'auto' }, io);
    expect(summary.finished).toBe(true);
    expect(summary.best).toBeGreaterThan(0.9);
    expect(await isClassifierRun(out)).toBe(true);
    const bundle = path.join(root, 'bundle');
    const card = await runExportClassifier({ run: out, checkpoint: 'newest', dataRoot: root, out: bundle, version: '1' }, io);
    expect(card.researchOnly).toBe(false);
    expect(card.metrics[0]!.balancedAccuracy).toBeGreaterThan(0.9);
    const document = await evaluateClassify({ model: bundle, data: path.join(root, 'cells'), split: 'held-out', heldOut: 0.3 }, io);
    expect(document.balancedAccuracy.value).toBe(card.metrics[0]!.balancedAccuracy);
    expect(document.confusion.matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(document.cells);
    expect(document.pointing.cells).toBe(document.cells);
    // A cell covers less than a tenth of its picture.
    expect(document.pointing.onCell).toBeGreaterThan(0.3);

    await writeFile(path.join(bundle, 'model.onnx'), 'spoilt');
    await expect(loadClassifier(bundle)).rejects.toThrow(/bytes in place of/);
  }, 240_000);

  test.each([
    ['every drawing new', {}],
    ['the trunk held still and drawings kept', { frozenTo: 's4.out', variants: 2, mixup: { probability: 0.5, alpha: 0.4 } }],
  ])(
    'stopped and resumed gives the same weights: %s',
    async (name, changes) => {
      const short = { ...recipe({ ...changes, epochs: 4 }) };
      const [out, again] = [path.join(root, `${name} a`), path.join(root, `${name} b`)];
      const options = { recipe: short, dataRoot: root, out, resume: false, backend: 'auto' } as const;
      expect((await runTrainClassify(options, io)).finished).toBe(true);
      const stop = new AbortController();
      const status = (said: { share: number } | undefined): unknown => said !== undefined && said.share > 0.4 && stop.abort();
      const stopping = { ...io, signal: stop.signal, status };
      expect((await runTrainClassify({ ...options, out: again }, stopping as never)).finished).toBe(false);
      const other = { ...options, recipe: { ...short, seed: 9 }, out: again, resume: true };
      await expect(runTrainClassify(other, io)).rejects.toThrow(/another recipe/);
      expect((await runTrainClassify({ ...options, out: again, resume: true }, io)).finished).toBe(true);
      const steps = `step-${String(4 * Math.floor((await listCells(path.join(root, 'cells'), ['violet', 'blue', 'rust'], 'train', 0.3)).length / 8)).padStart(8, '0')}.ckpt`;
      const weights = async (folder: string): Promise<Buffer> => {
        const bytes = await readFile(path.join(folder, steps));
        return bytes.subarray(bytes.indexOf('\n'));
      };
      expect((await weights(again)).equals(await weights(out))).toBe(true);
    },
    240_000,
  );
});

test('a folder of no known kind is refused, and held-out cells are never trained on', async () => {
  const dir = path.join(root, 'cells');
  await expect(listCells(dir, ['violet', 'blue'], 'all', 0.2)).rejects.toThrow(/"rust" is of no kind/);
  const names = async (split: 'train' | 'held-out' | 'all'): Promise<string[]> =>
    (await listCells(dir, ['violet', 'blue', 'rust'], split, 0.3)).map(({ name }) => name);
  const [train, heldOut] = [await names('train'), await names('held-out')];
  expect(train.filter((name) => heldOut.includes(name))).toEqual([]);
  expect([...train, ...heldOut].sort()).toEqual((await names('all')).sort());
});
