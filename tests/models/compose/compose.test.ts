import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKGROUND, CELL_KINDS, SPLITS } from '../../../models/compose/cell-kinds.ts';
import { type ComposeOptions, compose } from '../../../models/compose/compose.ts';
import { readCutoutFolder } from '../../../models/compose/cutout-folder.ts';
import { loadBank } from '../../../models/compose/load-bank.ts';
import { folderHash } from '../../../server/bench/compose-bench.ts';
import { writeShippedCutouts } from '../../../server/bench/shipped-cutouts.ts';
import { startCli } from '../../cli/run-cli.ts';

const io = { progress: () => {}, nowMs: () => 0, command: '' };

describe('compose', () => {
  let dir: string;
  let options: ComposeOptions;
  let first: string;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'smearscope-compose-test-'));
    await writeShippedCutouts(path.join(dir, 'cutouts'));
    options = {
      cutouts: path.join(dir, 'cutouts'),
      out: path.join(dir, 'one'),
      seed: 4,
      umPerPx: 0.16,
      counts: { train: 130, validate: 10, test: 70 },
      workers: 1,
      cells: true,
    };
    await compose(options, io);
    first = (await folderHash(options.out)).sha256;
  }, 120_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('gives the same bytes with two workers, and others for another seed', async () => {
    const out = path.join(dir, 'two');
    await compose({ ...options, out, workers: 2 }, io);
    expect((await folderHash(out)).sha256).toBe(first);
    await compose({ ...options, out: path.join(dir, 'other'), seed: 5 }, io);
    expect((await folderHash(path.join(dir, 'other', 'images'))).sha256).not.toBe(
      (await folderHash(path.join(dir, 'one', 'images'))).sha256,
    );
  }, 120_000);

  it('goes on after a kill, even with a picture that was cut short, and ends with the same bytes', async () => {
    const out = path.join(dir, 'killed');
    const words = [
      'compose',
      '--cutouts',
      options.cutouts,
      '--out',
      out,
      '--seed',
      '4',
      '--train',
      '130',
      '--validate',
      '10',
      '--test',
      '70',
      '--cells',
      '--workers',
      '1',
    ];
    const running = startCli(words, { cwd: dir });
    const parts = (): Promise<string[]> =>
      readdir(path.join(out, 'parts')).then(
        (names) => names.filter((name) => name.endsWith('.txt')),
        () => [],
      );
    while ((await parts()).length === 0 && running.process.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    running.process.kill('SIGKILL');
    await running.finished;
    expect((await parts()).length).toBeGreaterThan(0);
    await truncate(path.join(out, 'images', 'train', '000003.png'), 100);
    const done = await compose({ ...options, out, workers: 2 }, io);
    expect(done.finished).toBe(true);
    expect((await folderHash(out)).sha256).toBe(first);
  }, 120_000);

  it('says which kinds no cut-outs were brought of, and composes without them', async () => {
    const cutouts = path.join(dir, 'healthy');
    await cp(options.cutouts, cutouts, { recursive: true });
    await rm(path.join(cutouts, 'infected-red-cell'), { recursive: true });
    const said: string[] = [];
    const counts = { train: 3, validate: 0, test: 0 };
    const made = await compose(
      { ...options, cutouts, out: path.join(dir, 'all-healthy'), counts },
      { ...io, progress: (line) => said.push(line) },
    );
    expect(made.missing).toEqual(['infected red cell']);
    expect(said.join('\n')).toContain('no cut-outs of infected red cell');
    expect(made.result!.cells.train).toMatchObject({ 'infected red cell': 0 });
    expect(made.result!.combinations.train.of).toBe(2 ** 7);
  }, 60_000);

  it('stops between two units when it is asked to, and refuses to go on with another plan', async () => {
    const out = path.join(dir, 'stopped');
    const stop = new AbortController();
    const shown = { ...io, signal: stop.signal, status: () => stop.abort() };
    const stopped = await compose({ ...options, out }, shown);
    expect(stopped.finished).toBe(false);
    expect(stopped.made).toBeGreaterThan(0);
    await expect(compose({ ...options, out, seed: 9 }, io)).rejects.toThrow(/another set was begun there/);
  }, 60_000);

  it('shares no picture that cells were cut from between two splits, and has every kind in each', async () => {
    const folder = await readCutoutFolder(options.cutouts, 0.16);
    const { entries } = await loadBank(folder, { umPerPx: 0.16, seed: 4, splits: SPLITS });
    const splitOf = new Map<string, string>();
    for (const [i, { split }] of entries.entries()) {
      const { group } = folder.files[i]!;
      expect(splitOf.get(group) ?? split).toBe(split);
      splitOf.set(group, split);
    }
    for (const split of SPLITS) expect(new Set(entries.filter((entry) => entry.split === split).map(({ kind }) => kind)).size).toBe(8);
  });

  it('writes boxes that are the extents of the cells, areas that are their pixels, and masks of the boxes’ kinds', async () => {
    const document = JSON.parse(await readFile(path.join(options.out, 'annotations', 'train.json'), 'utf8'));
    expect(document.images).toHaveLength(130);
    for (const image of document.images.filter(({ id }: { id: number }) => id % 9 === 0)) {
      const raw = (kind: string) => sharp(path.join(options.out, kind, 'train', image.file_name));
      const cells = await raw('cells').toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
      const at = new Uint16Array(cells.buffer, cells.byteOffset, 224 * 224);
      const mask = await raw('masks').removeAlpha().toColourspace('srgb').raw().toBuffer();
      const own = document.annotations.filter((annotation: { image_id: number }) => annotation.image_id === image.id);
      const seen = new Map<number, { xs: number[]; ys: number[] }>();
      let wrong = 0;
      for (const [i, cell] of at.entries()) {
        const category = cell === 0 ? BACKGROUND : own[cell - 1].category_id - 1;
        if (CELL_KINDS[category]!.colour.some((level, channel) => mask[3 * i + channel] !== level)) wrong++;
        if (cell === 0) continue;
        if (!seen.has(cell)) seen.set(cell, { xs: [], ys: [] });
        seen.get(cell)!.xs.push(i % 224);
        seen.get(cell)!.ys.push(Math.floor(i / 224));
      }
      expect(wrong, image.file_name).toBe(0);
      expect(seen.size).toBe(own.length);
      for (const { id, bbox, area } of own) {
        const { xs, ys } = seen.get(id - 1000 * image.id)!;
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(bbox).toEqual([x, y, Math.max(...xs) + 1 - x, Math.max(...ys) + 1 - y]);
        expect(area).toBe(xs.length);
      }
    }
  }, 60_000);
});
