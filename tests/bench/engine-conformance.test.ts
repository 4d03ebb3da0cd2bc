import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import type { Detection } from '../../domain/detection.ts';
import { engineNames } from '../../domain/engine-name.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { CONFORMANCE_LIMITS, type Conformance, checkConformance, compareFound } from '../../server/bench/engine-conformance.ts';
import { engineFields } from '../../server/bench/engine-fields.ts';
import { runCli } from '../cli/run-cli.ts';

/** Vulkan in software, inside Debian's chromium package: right and slow, which is what a test needs. */
const SOFTWARE_VULKAN = '/usr/lib/chromium';
const DRIVER = `${SOFTWARE_VULKAN}/vk_swiftshader_icd.json`;

test('all engines of this machine agree on a real field; absent ones are named', { timeout: 300_000 }, async () => {
  const env = existsSync(DRIVER) ? { VK_DRIVER_FILES: DRIVER, LD_LIBRARY_PATH: SOFTWARE_VULKAN } : {};
  const words = ['bench', 'engine', '--conformance', '--fields', '1', '--json'];
  const { code, stdout, stderr } = await runCli(words, { cwd: tmpdir(), env });
  expect(code, stderr).toBe(0);
  const { conformance } = JSON.parse(stdout) as { conformance: Conformance[] };
  expect(conformance.map(({ engine }) => engine)).toEqual([...engineNames]);
  for (const result of conformance) {
    if (result.state === 'skipped') {
      expect(result.reason).not.toBe('');
      process.stderr.write(`skipped ${result.engine}: ${result.reason}\n`);
      continue;
    }
    expect(result, result.engine).toMatchObject({ state: 'same', lost: 0 });
    expect(result.cells, result.engine).toBeGreaterThan(0);
  }
  expect(conformance.find(({ engine }) => engine === 'tensorflow:wasm')).toMatchObject({ state: 'same' });
});

test('16-bit floats agree within a pixel and two hundredths', async () => {
  using fields = await engineFields(2);
  const [result] = await checkConformance(await loadBundle('default'), fields, 1, 'half', 'onnx:cpu', () => undefined);
  expect(result).toMatchObject({ engine: 'onnx:cpu', state: 'same' });
});

const cell = (x: number, score: number, classIndex = 0): Detection => ({ box: [x, 0, x + 10, 10], classIndex, score });

test.each([
  ['the same', [cell(0, 0.9)], [cell(0, 0.9)], { lost: 0, boxPx: 0, score: 0 }],
  ['moved and less sure', [cell(0, 0.9)], [cell(0.25, 0.8)], { lost: 0, boxPx: 0.25, score: 0.1 }],
  ['lost', [cell(0, 0.9), cell(50, 0.9)], [cell(0, 0.9)], { lost: 1 }],
  ['added', [cell(0, 0.9)], [cell(0, 0.9), cell(50, 0.9)], { lost: 1 }],
  ['of another class', [cell(0, 0.9)], [cell(0, 0.9, 1)], { lost: 2 }],
  ['at the threshold', [cell(0, 0.9), cell(50, 0.505)], [cell(0, 0.9)], { lost: 0 }],
] as const)('a cell that is %s', (_, reference, found, wanted) => {
  const seen = compareFound([reference], [found], [0.5, 0.5], CONFORMANCE_LIMITS.full);
  for (const [key, value] of Object.entries(wanted)) expect(seen[key as keyof typeof seen]).toBeCloseTo(value, 9);
});
