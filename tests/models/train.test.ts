import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCard } from '../../domain/bundle-card.ts';
import type { CommandIo } from '../../models/command-io.ts';
import { runEvaluate } from '../../models/evaluate/evaluate.ts';
import { runExport } from '../../models/export/export.ts';
import { runTrain } from '../../models/train/train.ts';
import { type TrainOptions, trainOptions } from '../../models/train/train-options.ts';
import { syntheticFields, syntheticRecipe } from './synthetic-fields.ts';

let root: string;
const io = (signal?: AbortSignal): CommandIo => ({
  progress: () => undefined,
  nowMs: () => 1.7e12,
  command: 'a test',
  ...(signal === undefined ? {} : { signal }),
});
const options = (out: string, changes: Partial<TrainOptions> = {}): TrainOptions =>
  trainOptions.parse({ recipe: syntheticRecipe(), dataRoot: root, out: path.join(root, out), ...changes });

beforeAll(async () => {
  root = await syntheticFields();
  await runTrain(options('whole'), io());
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('train', () => {
  it('writes one row of figures for each epoch', async () => {
    const [header, ...rows] = (await readFile(path.join(root, 'whole', 'metrics.csv'), 'utf8')).trim().split('\n');
    expect(header).toBe(
      'epoch,step,learningRate,scoreLoss,boxLoss,gradientNorm,imagesPerSecond,seconds,discs mAP,discs mAP50,discs mAR100,discs AP50 RBC,discs AP50 WBC',
    );
    expect(rows.map((row) => row.split(',').slice(0, 2).join())).toEqual(['1,3', '2,6', '3,9', '4,12']);
  });

  it('gives the same weights when it was stopped and resumed', async () => {
    const abort = new AbortController();
    let clockReads = 0;
    const stopping: CommandIo = {
      ...io(abort.signal),
      nowMs: () => {
        // In the middle of the second epoch.
        if (++clockReads === 20) abort.abort();
        return 1.7e12;
      },
    };
    const stopped = await runTrain(options('parts'), stopping);
    expect(stopped.finished).toBe(false);
    expect(stopped.steps).toBeGreaterThan(3);
    const resumed = await runTrain(options('parts', { resume: true }), io());
    expect(resumed.finished).toBe(true);
    const [whole, parts] = await Promise.all(['whole', 'parts'].map((run) => readFile(path.join(root, run, 'step-00000012.ckpt'))));
    expect(whole!.equals(parts!)).toBe(true);
    const metrics = await Promise.all(['whole', 'parts'].map((run) => readFile(path.join(root, run, 'metrics.csv'), 'utf8')));
    expect(metrics[1]).toBe(metrics[0]);
    expect(path.dirname(resumed.events!)).toBe(path.dirname(stopped.events!));
    expect(resumed.events).not.toBe(stopped.events);
  }, 120_000);

  it('reports the run on one page', async () => {
    const page = await readFile(path.join(root, 'whole', 'report.html'), 'utf8');
    expect(page).toContain('Done: 12 steps');
    expect(page).toContain('6 trained on, 2 held out');
    expect(page.match(/<figure class="chart/g)!.length).toBeGreaterThan(6);
  });

  it('will not resume under another recipe', async () => {
    const changed = options('whole', { resume: true, recipe: syntheticRecipe({ epochs: 5 }) });
    await expect(runTrain(changed, io())).rejects.toThrow(/another recipe/);
  });

  it('refuses a field of a test split, whichever annotation it comes under', async () => {
    const recipe = syntheticRecipe();
    const [source] = recipe.data;
    const leaking = { ...recipe, data: [source!, { ...source!, name: 'again', train: ['test'], validate: [] }] };
    await expect(runTrain(options('leak', { recipe: leaking }), io())).rejects.toThrow(/test split among the training data: .*test0/);
  });

  it('says in one line which label is wrong', async () => {
    const bad = path.join(root, 'fields', 'labels', 'val', 'val0.txt');
    const good = await readFile(bad, 'utf8');
    await writeFile(bad, '7 0.5 0.5 0.1 0.1\n');
    try {
      await expect(runTrain(options('bad'), io())).rejects.toThrow(/^"7 0\.5 0\.5 0\.1 0\.1" is not a YOLO line: .*val0\.txt: write class/);
    } finally {
      await writeFile(bad, good);
    }
  });
});

describe('export and evaluate', () => {
  it('make a bundle whose network agrees with the trained one, and measure it', async () => {
    const out = path.join(root, 'bundle');
    const lines: string[] = [];
    const card = await runExport(
      { run: path.join(root, 'whole'), checkpoint: 'newest', dataRoot: root, out, version: '1.0.0' },
      { ...io(), progress: (line) => lines.push(line) },
    );
    expect(lines[0]).toMatch(/^ONNX agrees with TensorFlow/);
    expect(bundleCard.parse(JSON.parse(await readFile(path.join(out, 'card.json'), 'utf8')))).toEqual(card);
    expect(card.training.data).toMatchObject([{ name: 'discs', fields: 6 }]);
    const document = await runEvaluate(
      { model: out, data: path.join(root, 'fields'), format: 'yolo', split: 'test', umPerPx: 0.144 },
      io(),
    );
    expect(document).toMatchObject({ images: 1, count: { RBC: { truth: 3 }, WBC: { truth: 1 } } });
    const measured = card.metrics.find((item) => item.split === 'test');
    expect(document.mAP).toBeCloseTo(measured!.mAP, 4);
  }, 60_000);
});
