import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrationProfile } from '../../domain/calibration-profile.ts';
import { countDocument } from '../../domain/count-document.ts';
import { runCli } from './run-cli.ts';

const SIZE = 'width=960&height=540&frames=12';
const LIGHT = 'shade=0.4&cast=0.3';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-calibrate-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (...words: string[]) => runCli([...words, '--data-dir', folder], { cwd: folder });

describe('calibrate', () => {
  test('measures a micrometer and an empty place, keeps both, and counts with them', { timeout: 120_000 }, async () => {
    const made = await inFolder(
      'calibrate',
      `simulate:?view=micrometer&${SIZE}`,
      '--micrometer',
      '10',
      '--flat-field',
      `simulate:?view=empty&${SIZE}&${LIGHT}`,
      '--save',
      'oil 100',
      '--objective',
      '100× oil',
      '--json',
    );
    expect(made.code, made.stderr).toBe(0);
    const document = JSON.parse(made.stdout);
    expect(document).toMatchObject({ schema: 'smearscope.calibrate/1', saved: 'oil 100', widthPx: 960, heightPx: 540 });
    expect(Math.abs(document.scale.umPerPx / 0.072 - 1)).toBeLessThan(0.002);

    const shown = await inFolder('calibrate', 'show', join(folder, 'calibration', 'oil 100.json'), '--json');
    expect(calibrationProfile.parse(JSON.parse(shown.stdout)).light?.flatField?.columns).toBe(64);
    expect((await inFolder('calibrate', 'list')).stdout).toMatch(/oil 100 · 100× oil · 0\.07/);

    const scan = `simulate:?seed=2&${SIZE}&slideWidth=1400&slideHeight=900&${LIGHT}`;
    const counted = await inFolder('count', scan, '--calibration', 'oil 100', '--engine', 'onnx:cpu', '--json');
    expect(counted.code, counted.stderr).toBe(0);
    expect(countDocument.parse(JSON.parse(counted.stdout))).toMatchObject({ calibration: 'oil 100', umPerPxFrom: 'calibration' });
    expect((await inFolder('calibrate', 'delete', 'oil 100')).code).toBe(0);
    const gone = await inFolder('count', scan, '--calibration', 'oil 100');
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringMatching(/no calibration profile "oil 100"/)]);
  });

  test('says in one line what is wrong, and exits with 2', { timeout: 60_000 }, async () => {
    const wrong: readonly (readonly [RegExp, ...string[]])[] = [
      [/no ruling was found/, `simulate:?view=empty&${SIZE}`, '--micrometer', '10'],
      [/nothing to measure/, `simulate:?view=empty&${SIZE}`],
      [/micrometres are needed/, 'simulate:', '--micrometer', 'ten'],
      [/give --from/, 'simulate:', '--length-um', '20'],
      [/give one of them/, 'simulate:', '--length-um', '20', '--red-cells'],
      [/cannot be a profile's name/, 'simulate:', '--micrometer', '10', '--save', '../x'],
    ];
    for (const [line, ...words] of wrong) {
      const { code, stderr } = await inFolder('calibrate', ...words);
      expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
      expect(stderr).toMatch(line);
    }
  });
});
