import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startCli } from './run-cli.ts';

const BCCD = fileURLToPath(new URL('../../../shared/data/bccd', import.meta.url));

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'smearscope-dataset-'));
  for (const folder of ['set/train/images', 'set/train/labels', 'empty']) await mkdir(join(cwd, folder), { recursive: true });
  for (let i = 0; i < 6; i++) {
    const picture = sharp({
      create: { width: 64, height: 48, channels: 3, background: '#c08080', noise: { type: 'gaussian', mean: 128, sigma: 10 + 12 * i } },
    });
    await picture.png().toFile(join(cwd, `set/train/images/f${i}.png`));
    // Overlapping twice in the last: a double box.
    await writeFile(
      join(cwd, `set/train/labels/f${i}.txt`),
      `0 0.5 0.5 0.25 0.5\n1 0.2 0.2 0.1 0.1\n${i === 5 ? '0 0.5 0.5 0.25 0.5\n' : ''}`,
    );
  }
  await writeFile(join(cwd, 'set/data.yaml'), "names: ['red cell', 'dust']\n");
  await writeFile(join(cwd, 'set/LICENSE'), 'MIT\n');
});
afterAll(() => rm(cwd, { recursive: true }));

const one = (text: string): void => expect(text.trim().split('\n')).toHaveLength(1);

describe('bad usage and bad input: exit 2, one line on stderr, nothing on stdout, no folder made', () => {
  test.each([
    [['dataset', 'impotr', 'set'], /unknown command|did you mean/i],
    [['dataset', 'import', 'set'], /--out/],
    [['dataset', 'import', 'none', '--out', 'o'], /no such folder of labelled fields: none/],
    [['dataset', 'import', 'empty', '--out', 'o'], /no labelled fields in it .*empty/],
    [['dataset', 'import', 'set', '--out', 'set'], /the folder is not empty: .*set: give another --out/],
    [['dataset', 'import', 'set', '--out', 'o', '--format', 'voc'], /no Pascal VOC split/],
    [['dataset', 'import', 'set', '--out', 'o', '--split', 'test'], /no YOLO split "test"/],
    [
      ['dataset', 'import', 'set', '--out', 'o', '--classes', 'RBC'],
      /"red cell" \(7 boxes\), "dust" \(6 boxes\) is none of RBC: .*--map "red cell=RBC"/,
    ],
    [['dataset', 'import', 'set', '--out', 'o', '--map', 'x=RBC'], /--map names "x"/],
    [['dataset', 'import', 'set', '--out', 'o', '--map', 'RBC'], /is no pair/],
    [['dataset', 'import', 'set', '--out', 'o', '--classes', 'a,,b'], /--classes/],
    [['dataset', 'convert', 'set', '--out', 'o'], /--to/],
    [['dataset', 'check', 'set', '--out', 'o'], /--fix/],
    [['dataset', 'split', 'set', '--out', 'o', '--group', '('], /no regular expression/],
    [['dataset', 'split', 'set', '--out', 'o', '--train', '1.5'], /share from 0 to 1/],
    [['dataset', 'show', 'set', '--out', 'sheet.gif'], /end it with \.png/],
    [['dataset', 'show', 'set', '--out', 'sheet.png', '--field', 'nobody'], /no field is called "nobody"/],
  ])('%j', async (words, expected) => {
    const { code, stdout, stderr } = await runCli(words, { cwd });
    expect(stderr).toMatch(expected);
    one(stderr);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect((await readdir(cwd)).filter((name) => /^o\b/.test(name))).toEqual([]);
  });
});

test('a set is brought in, checked, mended, divided, converted and shown', async () => {
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await runCli(['dataset', ...words, '--json'], { cwd });
    one(stdout);
    return { code, stderr, document: JSON.parse(stdout) };
  };
  const from = [
    '--classes',
    'RBC',
    '--map',
    'red cell=RBC',
    '--map',
    'dust=',
    '--um-per-px',
    '0.1',
    '--licence',
    'MIT',
    '--from',
    'a test',
  ];
  const imported = await run('import', 'set', '--out', 'ours', ...from);
  expect(imported).toMatchObject({
    code: 0,
    document: {
      schema: 'smearscope.dataset-import/1',
      fromFormat: 'yolo',
      toFormat: 'coco',
      splits: [{ name: 'train', fields: 6, boxes: { RBC: 7 } }],
      labels: [
        { from: 'red cell', to: 'RBC', boxes: 7 },
        { from: 'dust', boxes: 6 },
      ],
      check: { different: [], largestShiftPx: 0 },
    },
  });
  expect(JSON.parse(await readFile(join(cwd, 'ours/dataset.json'), 'utf8'))).toEqual({
    schema: 'smearscope.dataset/1',
    format: 'coco',
    classes: ['RBC'],
    umPerPx: 0.1,
    source: 'a test',
    licence: 'MIT',
  });
  expect(await readFile(join(cwd, 'ours/LICENSE'), 'utf8')).toBe('MIT\n');
  const checked = await run('check', 'ours');
  expect(checked).toMatchObject({ code: 2, document: { rules: { 'near-duplicate': 1 }, remaining: { serious: 1, other: 0 } } });
  expect(checked.stderr).toContain('--fix corrects 1 of them');
  const fixed = await run('check', 'ours', '--fix');
  expect(fixed).toMatchObject({
    code: 0,
    document: { fixed: { out: 'ours', changes: [{ field: 'f5.png', rule: 'near-duplicate' }] }, remaining: { serious: 0 } },
  });
  expect(existsSync(join(cwd, 'ours.before-fix/annotations/train.json'))).toBe(true);
  expect((await run('check', 'ours')).code).toBe(0);
  const divided = await run('split', 'ours', '--out', 'parts', '--train', '0.5', '--val', '0.5', '--test', '0', '--to', 'voc');
  expect(divided.document.splits.map(({ name, fields }: { name: string; fields: number }) => [name, fields])).toEqual([
    ['train', 3],
    ['val', 3],
  ]);
  const converted = await run('convert', 'parts', '--to', 'tfrecord', '--out', 'records', '--split', 'val');
  expect(converted.document).toMatchObject({ umPerPx: 0.1, source: 'a test', splits: [{ name: 'val', fields: 3, boxes: { RBC: 3 } }] });
  const shown = await run('show', 'records', '--out', 'sheet.webp', '--count', '2');
  expect(shown.document).toMatchObject({ schema: 'smearscope.dataset-show/1', fields: [{ split: 'val', boxes: 1 }, { split: 'val' }] });
  expect((await sharp(join(cwd, 'sheet.webp')).metadata()).width).toBe(shown.document.widthPx);
});

test('a folder of text under a picture’s name is bad input that names the file', async () => {
  await cp(join(cwd, 'set'), join(cwd, 'text'), { recursive: true });
  await writeFile(join(cwd, 'text/train/images/f2.png'), 'text');
  const { code, stderr } = await runCli(['dataset', 'import', 'text', '--out', 'o'], { cwd });
  expect(stderr).toMatch(/picture cannot be read: .*f2\.png/);
  expect(code).toBe(2);
  const { code: found, stdout } = await runCli(['dataset', 'check', 'text'], { cwd });
  expect(stdout).toMatch(/wrong-type: .*\n.*train\/f2\.png: its content is no picture/);
  expect(found).toBe(2);
});

describe.skipIf(!existsSync(BCCD))('BCCD', () => {
  test('Ctrl-C while it is brought in leaves nothing', async () => {
    const { process: child, finished } = startCli(['dataset', 'import', BCCD, '--out', 'stopped'], { cwd });
    while (!(await readdir(cwd)).some((name) => name.startsWith('stopped.part-'))) await new Promise((wait) => setTimeout(wait, 5));
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'stopped before it was done\n' });
    expect((await readdir(cwd)).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});
