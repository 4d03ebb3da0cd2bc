import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountDocument, countDocument } from '../../domain/count-document.ts';
import { ledgerEntry, replayLedger } from '../../domain/ledger.ts';
import { scanTruth } from '../../domain/scan-truth.ts';
import { openReview } from '../../server/review/reviewed-cells.ts';
import { runCli, startCli } from './run-cli.ts';

const FRAMES = 90;
let cwd = '';

/** The last line, where progress lines may stand before it. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const count = async (...words: string[]): Promise<CountDocument> => {
  const { code, stdout, stderr } = await runCli(['count', ...words, '--json'], { cwd });
  expect(stderr).not.toMatch(/error|fault/i);
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return countDocument.parse(JSON.parse(stdout));
};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'smearscope-count-'));
  const scan = ['--width', '640', '--height', '480', '--slide-width', '1024', '--slide-height', '768', '--frames', String(FRAMES)];
  const { code, stderr } = await runCli(['simulate', '--out', 'scan.mp4', ...scan], { cwd });
  if (code !== 0) throw new Error(stderr);
}, 60_000);
afterAll(() => rm(cwd, { recursive: true }));

describe('count SOURCE --json', () => {
  test('gives the document, the same each time', async () => {
    const first = await count('scan.mp4', '--um-per-px', '0.072', '--cells');
    expect(first).toMatchObject({ source: 'scan.mp4', specimen: 'smear', engine: 'onnx:cpu', umPerPx: 0.072, umPerPxFrom: 'given' });
    expect(first.frames.decoded).toBe(FRAMES);
    const total = Object.values(first.counts).reduce((sum, { n }) => sum + n, 0);
    expect(total).toBeGreaterThan(0);
    expect(first.cells).toHaveLength(total);
    for (const { n, low, high } of Object.values(first.counts)) {
      expect(low).toBeLessThanOrEqual(n);
      expect(high).toBeGreaterThan(n);
    }
    const truth = scanTruth.parse(JSON.parse(await readFile(join(cwd, 'scan.truth.json'), 'utf8')));
    const seen = truth.cells.filter((cell) => cell.seen).length;
    // A short scan of few cells: only that the counts are of the cells and not of the frames.
    expect(Math.abs(total - seen)).toBeLessThan(0.5 * seen + 5);
    const { timing: _first, ...document } = first;
    const { timing: _second, ...again } = await count('scan.mp4', '--um-per-px', '0.072', '--cells');
    expect(again).toEqual(document);
  });

  test('draws and measures cells where the model does, and counts the same without', async () => {
    const flags = ['scan.mp4', '--um-per-px', '0.072', '--frames', '20'];
    const drawn = await count(...flags, '--cells', '--session', 'drawn');
    const plain = await count(...flags, '--cells', '--no-outlines');
    const ofCells = (document: CountDocument) => document.cells!.map(({ id, class: name, box, score }) => ({ id, name, box, score }));
    expect(ofCells(plain)).toEqual(ofCells(drawn));
    expect(plain.cells!.filter((cell) => 'outline' in cell || 'shape' in cell)).toEqual([]);
    expect(plain).not.toHaveProperty('sizes');
    const red = drawn.cells!.filter((cell) => cell.class === 'RBC');
    for (const { outline, box, shape } of red) {
      for (const [i, value] of outline!.entries()) {
        expect(value).toBeGreaterThan(box[i % 2]! - 20);
        expect(value).toBeLessThan(box[2 + (i % 2)]! + 20);
      }
      expect(shape!.diameterUm).toBeGreaterThan(3);
      expect(shape!.diameterUm).toBeLessThan(12);
    }
    expect(drawn.sizes).toMatchObject({ class: 'RBC', n: red.length });
    using review = openReview(join(cwd, 'drawn'));
    const kept = new Map([...review.cells()].map((cell) => [cell.id, cell.shape]));
    for (const { id, shape } of drawn.cells!) expect(kept.get(id)).toEqual(shape);
  });

  test('lists cells only when asked, stops after --frames, and prints a table for people', async () => {
    const short = await count('scan.mp4', '--um-per-px', '0.072', '--frames', '10');
    expect(short.frames.decoded).toBe(10);
    expect(short).not.toHaveProperty('cells');
    const { code, stdout } = await runCli(['count', 'scan.mp4', '--um-per-px', '0.072', '--frames', '10'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/RBC +\d+/);
  });

  test('keeps a ledger that adds up to its counts, as lines and as CSV', async () => {
    const { counts } = await count('scan.mp4', '--um-per-px', '0.072', '--ledger', 'ledger.jsonl');
    const entries = (await readFile(join(cwd, 'ledger.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => ledgerEntry.parse(JSON.parse(line)));
    const totals = replayLedger(entries);
    for (const [name, { n }] of Object.entries(counts)) expect(totals.get(name) ?? 0).toBe(n);
    await count('scan.mp4', '--um-per-px', '0.072', '--ledger', 'ledger.csv');
    expect((await readFile(join(cwd, 'ledger.csv'), 'utf8')).trim().split('\r\n')).toHaveLength(entries.length + 1);
  });

  test('stops with the frame that reaches the rule, and says how the rule stands', async () => {
    const stopped = await count('scan.mp4', '--um-per-px', '0.072', '--stop-at', 'RBC±45');
    expect(stopped.statistics?.stop).toMatchObject({ class: 'RBC', points: 45, reached: true, cellsToGo: 0 });
    expect(stopped.frames.decoded).toBeLessThan(FRAMES);
    const open = await count('scan.mp4', '--um-per-px', '0.072', '--stop-at', 'RBC±0.1', '--frames', '5');
    expect(open.statistics?.stop?.reached).toBe(false);
    const { code, stderr } = await runCli(['count', 'scan.mp4', '--stop-at', 'Ghosts±3'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('Ghosts')]);
  });

  test('counts each picture by itself with the edge rule of the chamber', async () => {
    const scan = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480&frames=3';
    const fields = await count(scan, '--edge-rule', 'hemocytometer', '--cells');
    expect(fields).toMatchObject({ edgeRule: 'hemocytometer', frames: { registered: 3, inferred: 3 }, slide: { islands: 3 } });
    // The stage rests at first: three times the same field, nothing of it told apart.
    const of = (island: number): number => fields.cells!.filter((cell) => cell.island === island).length;
    expect(of(1)).toBeGreaterThan(0);
    for (const cell of fields.cells!) expect(cell.box[2] < 479 && cell.box[3] < 319).toBe(true);
  });

  test('does not take the truth beside a clip for a given scale', async () => {
    expect((await count('scan.mp4', '--frames', '20')).umPerPxFrom).not.toMatch(/given|source/);
  });

  test('knows the scale of the virtual microscope', async () => {
    const scan = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480&frames=20';
    expect(await count(scan)).toMatchObject({ umPerPx: 0.072, umPerPxFrom: 'source', frames: { decoded: 20 } });
  });
});

describe('bad input: exit 2 and one line', () => {
  const refused = async (source: string): Promise<string> => {
    const { code, stdout, stderr } = await runCli(['count', source, '--json'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(source);
    return stderr;
  };

  test('missing, empty, not a video, headless, refused', async () => {
    await writeFile(join(cwd, 'empty.mp4'), '');
    await writeFile(join(cwd, 'words.mp4'), 'these are words, not pictures');
    await copyFile(join(cwd, 'scan.mp4'), join(cwd, 'headless.mp4'));
    await truncate(join(cwd, 'headless.mp4'), 100);
    for (const source of ['none.mp4', 'empty.mp4', 'words.mp4', 'headless.mp4', 'http://127.0.0.1:9/clip.mp4']) await refused(source);
  });

  test('a bundle whose network is not the one of its card', async () => {
    const { stderr, code } = await runCli(['count', 'scan.mp4', '--model', cwd], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('card.json');
  });
});

test('Ctrl-C ends it cleanly and says how far it came', async () => {
  const counting = startCli(['count', 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480&frames=100000', '--json'], { cwd });
  await counting.saw(/\d+ frames/);
  counting.process.kill('SIGINT');
  const { code, stdout, stderr } = await counting.finished;
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(lastLine(stderr)).toMatch(/^stopped after \d+ frames, \d+ RBC/);
});
