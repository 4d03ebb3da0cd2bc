import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownDetector } from '../models/runtime/foreign-networks.ts';
import { runCli } from './run-cli.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'models-'));
  const values = new Float32Array(7 * 84);
  await writeFile(join(cwd, 'Their Net.onnx'), knownDetector(64, [{ name: 'output0', dims: [1, 7, 84], values }]));
});
afterAll(() => rm(cwd, { recursive: true }));

const add = (...more: string[]) => runCli(['models', 'add', 'Their Net.onnx', '--um-per-px', '0.1', ...more], { cwd });

test('a detector of elsewhere is brought in and listed by its name', async () => {
  const added = await add('--classes', 'RBC,WBC,Platelets', '--json');
  expect(added.stderr).toBe('');
  expect(JSON.parse(added.stdout)).toMatchObject({ schema: 'smearscope.models-add/1', name: 'their-net', layout: 'yolov8' });
  const listed = await runCli(['models', '--json'], { cwd });
  const { bundles } = JSON.parse(listed.stdout) as { bundles: { name: string }[] };
  expect(bundles.map(({ name }) => name)).toEqual(['default', 'their-net']);
  const again = await add('--classes', 'RBC,WBC,Platelets');
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/a bundle of that name is there/);
});

test.each([
  [['--classes', 'RBC', '--name', 'y'], /no known layout for 1 classes/],
  [['--classes', 'RBC,WBC,Platelets', '--layout', 'yolox', '--name', 'x'], /in place of \[1, p, 8\]/],
  [['--classes', 'RBC,WBC,Platelets', '--name', '../x'], /name/],
])('what does not fit is refused in one line (%s)', async (flags, words) => {
  const { code, stderr, stdout } = await add(...flags);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(words);
  expect(stderr.trim()).not.toContain('\n');
});
