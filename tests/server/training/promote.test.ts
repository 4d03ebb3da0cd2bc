import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_NOTES, readFieldNotes } from '../../../models/datasets/field-notes.ts';
import { readDataset } from '../../../models/datasets/read-dataset.ts';
import { loadBundle } from '../../../models/runtime/bundle.ts';
import { modelsInUseOf } from '../../../server/training/model-store.ts';
import { gatherSessions, writeSessionDataset } from '../../../server/training/train-from-sessions.ts';
import { runCli } from '../../cli/run-cli.ts';
import { bundleLike, prepareSessions } from './prepared-sessions.ts';

const CLASSES = ['RBC', 'WBC', 'Platelets'];
let dataDir = '';
let ids: string[] = [];
const say = (): void => {};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'smearscope-promote-'));
  ids = await prepareSessions(dataDir, 2);
}, 180_000);
afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));

describe('a data set of corrected sessions', () => {
  it('holds whole slides back and has every cell of the fields that were looked through', async () => {
    const out = join(dataDir, 'fields');
    const { slides, notes } = await writeSessionDataset({ dataDir, sessions: ids, out }, say);
    expect([...slides.train, ...slides.test].sort()).toEqual(['slide-01', 'slide-02']);
    expect(slides.test).toHaveLength(1);
    expect(notes.heldBack).toBe('slides');
    const sides = await Promise.all(['train', 'test'].map((split) => readDataset('coco', out, split, CLASSES)));
    expect(sides.every((fields) => fields.length > 0)).toBe(true);
    // Twelve were drawn in each; those that the edge cuts may wait to be seen whole.
    for (const field of sides.flat()) expect(field.boxes.length).toBeGreaterThanOrEqual(10);
    expect(sides.flat().every(({ umPerPx }) => umPerPx === 0.144)).toBe(true);
    expect(Object.values((await readFieldNotes(out))!.fields).every(({ reviewed }) => reviewed)).toBe(true);
  });

  it('is refused in one line where there is one slide, nothing was corrected, or there is no such session', async () => {
    await expect(gatherSessions({ dataDir, sessions: [ids[0]!] }, say)).rejects.toThrow(/one slide .* no slide is left to judge/);
    await expect(gatherSessions({ dataDir, sessions: ['20260101-000009-000000'] }, say)).rejects.toThrow(/no session/);
    await expect(gatherSessions({ dataDir, sessions: [ids[0]!], oneSlide: true }, say)).rejects.toThrow(
      /one slide, \d of them looked through whole: none is left to judge.*at least 4 fields/,
    );
  });
});

describe('models promote and back', () => {
  const models = (...words: string[]) => runCli(['models', ...words, '--data-dir', dataDir, '--json'], { cwd: dataDir });
  const inUse = async (): Promise<string> => (await loadBundle('default', { searchIn: [join(dataDir, 'models')] })).card.version;
  let shipped = '';
  let good = '';

  beforeAll(async () => {
    shipped = await inUse();
    good = await bundleLike(join(dataDir, 'good'), '9.0.0');
    await cp(join(dataDir, 'fields'), join(good, 'fields'), { recursive: true });
  });

  it('refuses a worse bundle with the figures, and changes nothing', async () => {
    const worse = await bundleLike(join(dataDir, 'worse'), '8.0.0', [0.98, 0.98, 0.98]);
    await cp(join(dataDir, 'fields'), join(worse, 'fields'), { recursive: true });
    const { code, stdout, stderr } = await models('promote', worse);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not promoted: worse by more than a point .*counts off by/);
    const { promoted, comparison } = JSON.parse(stdout);
    expect(promoted).toBe(false);
    expect(comparison.sets.map((set: { name: string }) => set.name)).toEqual(['held-back slides', 'BCCD test fields (shipped)']);
    expect(await inUse()).toBe(shipped);
  }, 120_000);

  it('takes one that is as good, keeps the figures and its fields, and goes back', async () => {
    const { code, stdout } = await models('promote', good);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).promoted).toBe(true);
    expect(await inUse()).toBe('9.0.0');
    expect((await readdir(join(dataDir, 'models', 'known-sites'))).length).toBe(1);
    const { history } = await modelsInUseOf(dataDir);
    expect(history[0]?.comparison?.sets).toHaveLength(2);
    const listed = JSON.parse((await models('list')).stdout);
    expect(listed.inUse.default).toMatch(/9\.0\.0/);

    expect((await models('back')).code).toBe(0);
    expect(await inUse()).toBe(shipped);
    const again = await models('back');
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/nothing was promoted in place of default/)]);
  }, 120_000);

  it('is not misled by what a killed promotion left behind', async () => {
    const folder = join(dataDir, 'models');
    await mkdir(join(folder, 'half.part'), { recursive: true });
    await writeFile(join(folder, 'current.json.part'), '{"schema"');
    expect(await inUse()).toBe(shipped);
    await models('promote', good);
    expect(await inUse()).toBe('9.0.0');
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    await models('back');
  }, 120_000);

  it('refuses other classes, bundles without held-back slides, and those of one slide', async () => {
    const bare = await bundleLike(join(dataDir, 'bare'), '7.0.0');
    expect((await models('promote', bare)).stderr).toMatch(/brings no held-back slides/);
    const card = join(bare, 'card.json');
    await writeFile(card, (await readFile(card, 'utf8')).replace('"Platelets"', '"Thrombocytes"'));
    expect((await models('promote', bare)).stderr).toMatch(/has the classes RBC, WBC, Thrombocytes/);
    const blocks = await bundleLike(join(dataDir, 'blocks'), '6.0.0');
    await cp(join(dataDir, 'fields'), join(blocks, 'fields'), { recursive: true });
    const notes = join(blocks, 'fields', FIELD_NOTES);
    await writeFile(notes, (await readFile(notes, 'utf8')).replace('"slides"', '"blocks"'));
    expect((await models('promote', blocks)).stderr).toMatch(/taught a single slide/);
  }, 120_000);
});
