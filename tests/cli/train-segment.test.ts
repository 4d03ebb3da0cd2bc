import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawnPairs, pairsRecipe } from '../models/segment/drawn-pairs.ts';
import { runCli, startCli } from './run-cli.ts';

let root: string;
beforeAll(async () => {
  root = await drawnPairs();
  await writeFile(path.join(root, 'recipe.json'), JSON.stringify(pairsRecipe({ epochs: 6, validateEvery: 3 })));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const flags = (out: string): string[] => ['train', '--config', 'recipe.json', '--data-root', '.', '--out', out, '--json'];
const LAST = 'step-00000036.ckpt';

const checkpoints = async (out: string): Promise<string[]> =>
  (await readdir(path.join(root, out)).catch(() => [])).filter((name) => name.startsWith('step-')).sort();

it('trains what a recipe says, and ends at the same weights when it was killed and resumed', async () => {
  const whole = await runCli(flags('whole'), { cwd: root });
  expect(whole.code).toBe(0);
  const told = JSON.parse(whole.stdout) as { schema: string; task: string; finished: boolean; steps: number; best: number };
  expect(told).toMatchObject({ schema: 'smearscope.train/1', task: 'segment', finished: true, steps: 36 });
  expect(told.best).toBeGreaterThan(0.8);

  const victim = startCli(flags('killed'), { cwd: root });
  while ((await checkpoints('killed')).length < 2) await setTimeout(5);
  victim.process.kill('SIGKILL');
  await victim.finished;
  expect((await checkpoints('killed')).at(-1)).not.toBe(LAST);
  const resumed = await runCli([...flags('killed'), '--resume', '--bundle', 'bundle'], { cwd: root });
  expect(resumed.code).toBe(0);
  expect((JSON.parse(resumed.stdout) as { best: number }).best).toBe(told.best);
  // Behind the first line, which also has the seconds it took.
  const weights = async (out: string): Promise<Buffer> => {
    const bytes = await readFile(path.join(root, out, LAST));
    return bytes.subarray(bytes.indexOf('\n'));
  };
  expect((await weights('killed')).equals(await weights('whole'))).toBe(true);

  // All but the pace and the seconds, which are the last before the figures.
  const rows = async (out: string): Promise<string[][]> =>
    (await readFile(path.join(root, out, 'train_metrics.csv'), 'utf8'))
      .trim()
      .split('\n')
      .map((row) => row.split(',').filter((_, column) => column !== 5 && column !== 6));
  const table = await rows('whole');
  expect(table[0]).toEqual([
    'epoch',
    'step',
    'learningRate',
    'loss',
    'gradientNorm',
    'discs cell dice',
    'discs cell iou',
    'discs cell boundaryF1',
  ]);
  expect(table).toHaveLength(7);
  expect(await rows('killed')).toEqual(table);
  expect(await readdir(path.join(root, 'whole', 'pictures'))).toEqual(['epoch-0003.png', 'epoch-0006.png']);
  const page = await readFile(path.join(root, 'whole', 'report.html'), 'utf8');
  expect(page).toMatch(/Boundary F1/);
  expect(page).toMatch(/Done: 36 steps/);
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
}, 180_000);

it('draws whole pictures with what was trained, into a set that others read', async () => {
  const words = ['models', 'draw', 'pair0.png', 'pair1.png', '--model', './bundle', '--um-per-px', '0.2', '--out', 'drawn', '--json'];
  const drawn = await runCli(words, { cwd: root });
  expect(drawn.code).toBe(0);
  const told = JSON.parse(drawn.stdout) as { schema: string; pictures: { picture: string; cells: { cell: number } }[] };
  expect(told.schema).toBe('smearscope.models-draw/1');
  expect(told.pictures.map(({ picture, cells }) => [picture, cells.cell])).toEqual([
    ['pair0.png', 3],
    ['pair1.png', 3],
  ]);
  for (const folder of ['labels', 'masks', 'overlays'])
    expect(await readdir(path.join(root, 'drawn', folder))).toEqual(['pair0.png', 'pair1.png']);
  // Three discs of one number each, as large as in the mask.
  const numbers = await sharp(path.join(root, 'drawn/labels/pair0.png')).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  const labels = new Uint16Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 2);
  expect([...new Set(labels)].sort()).toEqual([0, 1, 2, 3]);
  const mask = await sharp(path.join(root, 'pair0_mask.png')).removeAlpha().extractChannel(0).raw().toBuffer();
  const both = labels.filter((label, at) => label > 0 && mask[at]! > 0).length;
  expect((2 * both) / (labels.filter((label) => label > 0).length + mask.filter((value) => value > 0).length)).toBeGreaterThan(0.8);

  const judge = 'evaluate --task segment --model ./bundle --data drawn/coco --format coco --split drawn --um-per-px 0.2 --json';
  const judged = await runCli(judge.split(' '), { cwd: root });
  expect(judged.code).toBe(0);
  expect((JSON.parse(judged.stdout) as { covered: { dice: number } }).covered.dice).toBeGreaterThan(0.97);
  const again = await runCli(words, { cwd: root });
  expect([again.code, again.stderr.trim()]).toEqual([2, expect.stringMatching(/the folder is not empty/)]);
}, 120_000);

it('stops at Ctrl-C with a checkpoint, and says in one line what it cannot do', async () => {
  const going = startCli([...flags('stopped'), '--epochs', '2000'], { cwd: root });
  while ((await checkpoints('stopped')).length < 1) await setTimeout(5);
  going.process.kill('SIGINT');
  const end = await going.finished;
  expect(end.code).toBe(1);
  expect(end.stderr.trim().split('\n').at(-1)).toMatch(/stopped after \d+ steps: go on with --resume/);

  const lines: [string[], RegExp][] = [
    [['train', '--task', 'segment', '--out', 'none'], /nothing to train on/],
    [[...flags('none'), '--resume'], /the run to resume had another recipe, or there is none/],
    [['train', '--config', 'recipe.json', '--data-root', 'nowhere', '--out', 'none'], /the folder cannot be read/],
  ];
  for (const [words, wanted] of lines) {
    const failed = await runCli(words, { cwd: root });
    expect(failed.code).toBe(2);
    expect(failed.stderr.trim().split('\n').at(-1)).toMatch(wanted);
  }
}, 120_000);
