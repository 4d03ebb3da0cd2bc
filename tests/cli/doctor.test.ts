import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { engineNames } from '../../domain/engine-name.ts';
import { runCli } from './run-cli.ts';

type Finding = { readonly name: string; readonly state: string; readonly detail: string; readonly remedy?: string };

test('names every part, and a remedy for each that is not there', async () => {
  const { code, stdout } = await runCli(['doctor', '--json'], { cwd: tmpdir() });
  expect(code).toBe(0);
  const { schema, findings } = JSON.parse(stdout) as { schema: string; findings: Finding[] };
  expect(schema).toBe('smearscope.doctor/1');
  const names = findings.map(({ name }) => name);
  for (const name of engineNames) expect(names).toContain(`engine ${name}`);
  for (const name of ['node', 'processor', 'memory', 'disk', 'chromium', 'video', 'video encoders', 'video hardware', 'cameras'])
    expect(names).toContain(name);
  for (const name of ['graphics card', 'webgpu', 'model default', 'native TensorFlow', 'training']) expect(names).toContain(name);
  for (const { state, detail, remedy, name } of findings) {
    expect(['there', 'absent', 'missing']).toContain(state);
    expect(detail, name).not.toBe('');
    if (state !== 'there') expect(remedy, name).toMatch(/\w/);
  }
});

test('runs the model on the engines that are there', async () => {
  const { code, stdout } = await runCli(['doctor', '--try'], { cwd: tmpdir() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/engine onnx:cpu +there +runs smear-detector: [\d.]+ ms for a tile/);
});

test('a model that is not there is missing', async () => {
  const { code, stdout, stderr } = await runCli(['doctor', '--model', 'nowhere'], { cwd: tmpdir() });
  expect(code).toBe(1);
  expect(stdout).toMatch(/model nowhere +missing/);
  expect(stderr).toMatch(/missing: model nowhere/);
});
