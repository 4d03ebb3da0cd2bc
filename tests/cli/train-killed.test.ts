import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { syntheticFields, syntheticRecipe } from '../models/synthetic-fields.ts';
import { runCli, startCli } from './run-cli.ts';

let root: string;
beforeAll(async () => {
  root = await syntheticFields();
  await writeFile(path.join(root, 'recipe.json'), JSON.stringify(syntheticRecipe({ epochs: 40, validateEvery: 10 })));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const flags = (out: string): string[] => ['train', '--config', 'recipe.json', '--data-root', '.', '--out', out, '--json'];

/** Steps of the checkpoints in a run's folder. */
const checkpoints = async (out: string): Promise<string[]> =>
  (await readdir(path.join(root, out)).catch(() => [])).filter((name) => name.startsWith('step-')).sort();

it('ends at the same weights when it was killed between two checkpoints and resumed', async () => {
  const whole = await runCli(flags('whole'), { cwd: root });
  expect(whole.code).toBe(0);
  const victim = startCli(flags('killed'), { cwd: root });
  while ((await checkpoints('killed')).length < 3) await setTimeout(5);
  victim.process.kill('SIGKILL');
  await victim.finished;
  expect((await checkpoints('killed')).at(-1)).not.toBe('step-00000120.ckpt');
  const resumed = await runCli([...flags('killed'), '--resume'], { cwd: root });
  expect(resumed.code).toBe(0);

  const last = (out: string): Promise<Buffer> => readFile(path.join(root, out, 'step-00000120.ckpt'));
  // Behind the first line, which also has the seconds it took.
  const weights = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf('\n'));
  expect(weights(await last('killed')).equals(weights(await last('whole')))).toBe(true);
  const best = (text: string): unknown => (JSON.parse(text) as { best: unknown }).best;
  expect(best(resumed.stdout)).toBe(best(whole.stdout));
  expect(await checkpoints('killed')).toHaveLength(5);

  const epochs = async (out: string): Promise<(string | undefined)[]> =>
    (await readFile(path.join(root, out, 'metrics.csv'), 'utf8'))
      .trim()
      .split('\n')
      .map((row) => row.split(',')[0]);
  expect(await epochs('killed')).toEqual(await epochs('whole'));
}, 180_000);

it('says in one line that a run cannot be resumed where there is none, or another network was trained', async () => {
  const none = await runCli([...flags('nothing'), '--resume'], { cwd: root });
  expect(none.code).toBe(2);
  expect(none.stderr.trim().split('\n').at(-1)).toMatch(/the run to resume had another recipe, or there is none/);
  await rm(path.join(root, 'whole', 'step-00000120.ckpt'));
  const text = 'not a checkpoint';
  for (const name of await checkpoints('whole')) await writeFile(path.join(root, 'whole', name), text);
  const damaged = await runCli([...flags('whole'), '--resume'], { cwd: root });
  expect(damaged.code).toBe(2);
  expect(damaged.stderr.trim().split('\n').at(-1)).toMatch(/damaged checkpoint/);
}, 60_000);
