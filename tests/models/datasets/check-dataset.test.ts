import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDataset } from '../../../models/datasets/check/check-dataset.ts';
import type { Finding } from '../../../models/datasets/check/finding.ts';
import { fixDataset } from '../../../models/datasets/check/fix-dataset.ts';
import { saveFixed } from '../../../models/datasets/check/save-fixed.ts';
import type { Dataset, Field, Mark } from '../../../models/datasets/dataset.ts';
import { writeDataset } from '../../../models/datasets/write-dataset.ts';
import { drawField } from './synthetic-set.ts';

const BCCD = fileURLToPath(new URL('../../../../shared/data/bccd', import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-check-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const FIELDS = 14;

/** Twelve red cells and a white one, a little different in each field. */
const usualMarks = (seed: number): Mark[] => {
  const red = Array.from({ length: 12 }, (_, i): Mark => {
    const [x, y] = [10 + (i % 4) * 40, 10 + Math.floor(i / 4) * 40];
    return { label: 'RBC', box: [x, y, x + 30 + ((i + seed) % 3), y + 31] };
  });
  return [...red, { label: 'WBC', box: [170, 20, 230 + (seed % 4), 80] }];
};

/** A set without anything wrong, in a folder of its own; the first two fields are the test split. */
const soundSet = async (name: string): Promise<{ at: string; set: Dataset }> => {
  const pictures = path.join(dir, `${name}-pictures`);
  await mkdir(pictures);
  const fields: Field[] = [];
  for (let i = 0; i < FIELDS; i++) {
    const picture = { path: path.join(pictures, `f${i}.png`) };
    await drawField(picture.path, 240, 160, i + 1);
    fields.push({ file: `f${i}.png`, picture, annotation: '', widthPx: 240, heightPx: 160, marks: usualMarks(i) });
  }
  const splits = [
    { name: 'test', fields: fields.slice(0, 2) },
    { name: 'train', fields: fields.slice(2) },
  ];
  return { at: path.join(dir, name), set: { classes: ['RBC', 'WBC'], facts: {}, splits } };
};

/** The set with one field's marks changed. */
const withMarks = (set: Dataset, index: number, change: (marks: readonly Mark[]) => readonly Mark[]): Dataset => ({
  ...set,
  splits: set.splits.map((split) => ({
    ...split,
    fields: split.fields.map((field) => (field.file === `f${index}.png` ? { ...field, marks: change(field.marks) } : field)),
  })),
});

const brief = ({ rule, split, field, mark }: Finding) => `${rule} ${split}/${field}${mark === undefined ? '' : ` ${mark}`}`;

const check = async (at: string, against?: string) => checkDataset({ dir: at, format: 'auto', against });

describe('checkDataset', () => {
  it('finds nothing in a sound set', async () => {
    const { at, set } = await soundSet('sound');
    await writeDataset('voc', at, set, {});
    expect((await check(at)).findings.map(brief)).toEqual([]);
  });

  it('finds each fault of boxes and labels, and nothing else; the fix leaves none of those that it can mend', async () => {
    const { at, set: sound } = await soundSet('boxes');
    let set = withMarks(sound, 3, (marks) => [...marks, { label: 'RBC', box: [50, 50, 50, 90] }]);
    set = withMarks(set, 4, (marks) => [...marks, { ...marks[2]!, box: [91, 10, 120, 41] }]);
    set = withMarks(set, 5, (marks) => [{ label: 'RBC', box: [-4, 100, 26, 130] }, { label: 'RBC', box: [300, 1, 330, 30] }, ...marks]);
    set = withMarks(set, 6, (marks) => marks.filter(({ label }) => label !== 'RBC'));
    set = withMarks(set, 7, (marks) => [...marks.slice(0, 2), marks.at(-1)!]);
    set = withMarks(set, 8, (marks) => [...marks.slice(0, -1), { label: 'WBC', box: [190, 100, 195, 104] }, ...marks.slice(-1)]);
    set = withMarks({ ...set, classes: ['RBC', 'WBC', 'rbc'] }, 9, (marks) => [...marks, { label: 'rbc', box: [200, 120, 230, 150] }]);
    await writeDataset('voc', at, set, {});
    const { findings, dataset } = await checkDataset({ dir: at, format: 'auto', classes: ['RBC', 'WBC'] });
    expect(findings.map(brief)).toEqual([
      'unknown-label train/f9.png 13',
      'empty-box train/f3.png 13',
      'near-duplicate train/f4.png 13',
      'outside-box train/f5.png 0',
      'outside-box train/f5.png 1',
      'no-box-of-class train/f6.png',
      'few-boxes train/f7.png',
      'odd-size train/f8.png 12',
    ]);
    const { dataset: mended, changes } = fixDataset(dataset, findings);
    expect(changes.map(({ field, did }) => `${field} ${did.split(':')[0]}`)).toEqual([
      'f3.png took the box out',
      'f4.png took the box out',
      'f5.png clipped the box to the picture',
      'f5.png took the box out',
    ]);
    const { out, backup } = await saveFixed(at, 'voc', mended, {});
    const again = await checkDataset({ dir: out, format: 'auto', classes: ['RBC', 'WBC'] });
    expect(again.findings.map(brief)).toEqual([
      'unknown-label train/f9.png 13',
      'no-box-of-class train/f6.png',
      'few-boxes train/f7.png',
      'odd-size train/f8.png 12',
    ]);
    expect((await check(backup!)).findings.length).toBeGreaterThan(again.findings.length);
    expect((await readdir(dir)).filter((name) => name.startsWith('boxes'))).toEqual(['boxes', 'boxes-pictures', 'boxes.before-fix']);
    // What was laid aside once is not written over.
    await expect(saveFixed(at, 'voc', mended, {})).rejects.toThrow(/before-fix: /);
  });

  it('finds what is wrong with pictures, by their content', async () => {
    const { at, set } = await soundSet('pictures');
    await writeDataset('voc', at, set, {});
    const picture = (i: number): string => path.join(at, 'JPEGImages', `f${i}.png`);
    await sharp(picture(2))
      .jpeg()
      .toFile(`${picture(2)}.tmp`);
    await cp(`${picture(2)}.tmp`, picture(2));
    await rm(`${picture(2)}.tmp`);
    await writeFile(picture(3), 'no picture at all');
    await truncate(picture(4), 5000);
    await rm(picture(5));
    await drawField(picture(6), 200, 160, 99);
    await writeFile(path.join(at, 'Annotations', 'f7.xml'), '<annotation>');
    const { findings, dataset } = await check(at);
    expect(findings.map(brief)).toEqual([
      'damaged-annotation /',
      'wrong-type train/f2.png',
      'wrong-type train/f3.png',
      'corrupt-picture train/f4.png',
      'missing-picture train/f5.png',
      'wrong-size train/f6.png',
      'outside-box train/f6.png 12',
    ]);
    expect(findings[0]!.file).toMatch(/f7\.xml$/);
    const { dataset: mended } = fixDataset(dataset, findings);
    await saveFixed(at, 'voc', mended, { out: `${at}-mended` });
    expect((await check(`${at}-mended`)).findings.map(brief)).toEqual([]);
    const names = await readdir(path.join(`${at}-mended`, 'JPEGImages'));
    expect(names).toContain('f2.jpg');
    expect(names).toHaveLength(FIELDS - 4);
  });

  it('finds pictures that are there twice: as they are, smaller, worse, turned', async () => {
    const { at, set } = await soundSet('twice');
    const [test, train] = set.splits.map((split) => split.fields);
    const again = async (index: number, from: Field, change: (picture: Sharp) => Sharp): Promise<void> => {
      await change(sharp(from.picture.path)).png().toFile(`${train![index]!.picture.path}.tmp`);
      await cp(`${train![index]!.picture.path}.tmp`, train![index]!.picture.path);
    };
    await cp(test![0]!.picture.path, train![0]!.picture.path);
    await again(1, test![1]!, (picture) => picture.resize(120, 80).resize(240, 160).modulate({ brightness: 1.05 }));
    await again(2, test![0]!, (picture) => picture.flop());
    await again(3, train![4]!, (picture) => picture.blur(1));
    await writeDataset('coco', at, set, {});
    const { findings } = await check(at);
    expect(findings.map(({ what, ...finding }) => `${brief(finding as Finding)}: ${what}`)).toEqual([
      'across-splits train/f2.png: the same file as test/f0.png',
      'across-splits train/f4.png: turned or mirrored, test/f0.png',
      'across-splits train/f3.png: the same picture as test/f1.png',
      'same-in-split train/f6.png: the same picture as train/f5.png',
    ]);
  });

  it('finds the pictures of another set, and test fields that are not kept for testing there', async () => {
    const { at, set } = await soundSet('one');
    await writeDataset('yolo', at, set, {});
    const [test, train] = set.splits;
    const other = {
      ...set,
      splits: [
        { name: 'train', fields: [test!.fields[0]!, ...train!.fields.slice(0, 3)] },
        { name: 'test', fields: [train!.fields[5]!] },
      ],
    };
    const there = withMarks(other, 2, (marks) => [...marks, { label: 'RBC', box: [200, 120, 230, 150] }]);
    await writeDataset('voc', `${at}-other`, there, {});
    const { findings, against } = await check(at, `${at}-other`);
    expect(findings.map(brief)).toEqual(['across-sets test/f0.png', 'across-sets train/f7.png']);
    expect(findings.map(({ fix }) => fix?.do)).toEqual([undefined, 'leave field out']);
    expect(against).toMatchObject({ samePictures: 5, boxes: { RBC: { here: 60, there: 61, missingHere: 1 }, WBC: { missingHere: 0 } } });
  });
});

describe.skipIf(!existsSync(BCCD))('BCCD, as published', () => {
  it('has the faults that are known of it', async () => {
    const { findings, against } = await check(BCCD, `${BCCD}-relabelled`);
    const at = (rule: string): string[] =>
      findings
        .filter((finding) => finding.rule === rule)
        .map(({ field }) => field.slice(11, 16))
        .sort();
    expect(at('empty-box')).toEqual(['00338', '00343']);
    expect(at('near-duplicate')).toEqual(['00020', '00100', '00104', '00251', '00284', '00331', '00403']);
    expect(at('odd-size')).toEqual(['00113', '00133', '00135']);
    expect(findings.find(({ field }) => field.includes('00113'))!.what).toMatch(/^WBC of 837 px² .*it is the size of Platelets$/);
    const withoutRed = findings
      .filter(({ rule, label }) => rule === 'no-box-of-class' && label === 'RBC')
      .map(({ field }) => field.slice(11, 16));
    expect(withoutRed).toEqual(expect.arrayContaining(['00134', '00147', '00224']));
    // Two pictures of one place on the slide, on two sides.
    expect(at('across-splits')).toEqual(['00038']);
    expect(at('across-sets')).toEqual([]);
    expect(against).toMatchObject({ samePictures: 160, otherFields: 160 });
    const { RBC, Platelets } = against!.boxes;
    expect(RBC!.missingHere / RBC!.there).toBeCloseTo(0.42, 2);
    expect(Platelets!.missingHere / Platelets!.there).toBeCloseTo(0.25, 2);
  });
});
