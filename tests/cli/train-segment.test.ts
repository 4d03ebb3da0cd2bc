import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawnPairs, pairsRecipe } from '../models/segment/drawn-pairs.ts';
import { runCli, startCli } from './run-cli.ts';

let root: string;
beforeAll(async () => {
  root = await drawnPairs();
  await writeFile(path.join(root, 'recipe.json'), JSON.stringify(pairsRecipe({ epochs: 10, validateEvery: 5 })));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const flags = (out: string): string[] => ['train', '--config', 'recipe.json', '--data-root', '.', '--out', out, '--json'];
const LAST = 'step-00000060.ckpt';

const checkpoints = async (out: string): Promise<string[]> =>
  (await readdir(path.join(root, out)).catch(() => [])).filter((name) => name.startsWith('step-')).sort();

it('trains what a recipe says, and ends at the same weights when it was killed and resumed', async () => {
  const whole = await runCli(flags('whole'), { cwd: root });
  expect(whole.code).toBe(0);
  const told = JSON.parse(whole.stdout) as { schema: string; task: string; finished: boolean; steps: number; best: number };
  expect(told).toMatchObject({ schema: 'smearscope.train/1', task: 'segment', finished: true, steps: 60 });
  expect(told.best).toBeGreaterThan(0.8);

  const victim = startCli(flags('killed'), { cwd: root });
  while ((await checkpoints('killed')).length < 2) await setTimeout(5);
  victim.process.kill('SIGKILL');
  await victim.finished;
  expect((await checkpoints('killed')).at(-1)).not.toBe(LAST);
  const resumed = await runCli([...flags('killed'), '--resume'], { cwd: root });
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
  expect(table).toHaveLength(11);
  expect(await rows('killed')).toEqual(table);
  expect(await readdir(path.join(root, 'whole', 'pictures'))).toEqual(['epoch-0005.png', 'epoch-0010.png']);
  const page = await readFile(path.join(root, 'whole', 'report.html'), 'utf8');
  expect(page).toMatch(/Boundary F1/);
  expect(page).toMatch(/Done: 60 steps/);
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
}, 180_000);

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
