import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset, Field } from '../../../models/datasets/dataset.ts';
import { boxesByClass, fieldName } from '../../../models/datasets/dataset.ts';
import { splitDataset } from '../../../models/datasets/split-dataset.ts';

const PARTS = [
  { name: 'train', share: 0.7 },
  { name: 'val', share: 0.15 },
  { name: 'test', share: 0.15 },
];

const field = (i: number, counts: Readonly<Record<string, number>>): Field => ({
  file: `slide${i % 9}_${i}.jpg`,
  picture: { path: '' },
  annotation: '',
  widthPx: 100,
  heightPx: 100,
  marks: Object.entries(counts).flatMap(([label, n]) => Array.from({ length: n }, () => ({ label, box: [1, 2, 3, 4] as const }))),
});

const setOf = (fields: readonly Field[], testFields = 0): Dataset => ({
  classes: ['RBC', 'WBC', 'Platelets'],
  facts: {},
  splits: [
    { name: 'test', fields: fields.slice(0, testFields) },
    { name: 'train', fields: fields.slice(testFields) },
  ],
});

const anyFields = fc
  .array(fc.record({ RBC: fc.nat(20), WBC: fc.nat(2), Platelets: fc.nat(3) }), { minLength: 1, maxLength: 80 })
  .map((counts) => counts.map((count, i) => field(i, count)));

describe('splitDataset', () => {
  it('gives each field to one part, the same for the same seed, and no group to two', () => {
    fc.assert(
      fc.property(
        anyFields,
        fc.integer({ min: 1 }),
        fc.nat(5),
        fc.array(fc.tuple(fc.nat(79), fc.nat(79)), { maxLength: 10 }),
        (fields, seed, kept, ties) => {
          const same = ties.filter(([a, b]) => a < fields.length && b < fields.length).map(([a, b]) => ({ a, b }));
          const keptInTest = new Set(fields.slice(0, kept).map(fieldName));
          const options = { parts: PARTS, seed, same, keptInTest };
          const result = splitDataset(setOf(fields), options);
          expect(splitDataset(setOf(fields), options)).toEqual(result);
          const partOf = new Map(result.splits.flatMap((split) => split.fields.map((item) => [item, split.name] as const)));
          expect(partOf.size).toBe(fields.length);
          expect(result.splits.flatMap((split) => split.fields)).toHaveLength(fields.length);
          for (const { a, b } of same) expect(partOf.get(fields[a]!)).toBe(partOf.get(fields[b]!));
          for (const item of fields) if (keptInTest.has(fieldName(item))) expect(partOf.get(item)).toBe('test');
        },
      ),
    );
  });

  it('gives each part its share of every class, the rare ones too', () => {
    const fields = Array.from({ length: 300 }, (_, i) => field(i, { RBC: 5 + (i % 11), WBC: 1, Platelets: i % 15 === 0 ? 2 : 0 }));
    const { splits } = splitDataset(setOf(fields), { parts: PARTS, seed: 4, same: [] });
    const total = boxesByClass([], fields);
    for (const { name, fields: own } of splits) {
      const { share } = PARTS.find((part) => part.name === name)!;
      expect(Math.abs(own.length / 300 - share)).toBeLessThan(0.03);
      for (const [label, n] of Object.entries(boxesByClass([], own))) expect(Math.abs(n / total[label]! - share)).toBeLessThan(0.03);
    }
  });

  it('keeps the fields of a slide together', () => {
    const fields = Array.from({ length: 90 }, (_, i) => field(i, { RBC: 3 }));
    const { splits, groups, largestGroup, ungrouped } = splitDataset(setOf(fields), {
      parts: PARTS,
      seed: 1,
      same: [],
      group: /^(slide\d)_/,
    });
    expect({ groups, largestGroup, ungrouped }).toEqual({ groups: 9, largestGroup: 10, ungrouped: 0 });
    const slides = splits.map((split) => new Set(split.fields.map(({ file }) => file.slice(0, 6))));
    expect(slides.reduce((sum, { size }) => sum + size, 0)).toBe(9);
  });

  it('takes the fields of a kept one’s group to test, and shares the rest among the others', () => {
    const fields = Array.from({ length: 20 }, (_, i) => field(i, { RBC: 1 }));
    const { splits } = splitDataset(setOf(fields, 2), {
      parts: PARTS,
      seed: 1,
      same: [{ a: 0, b: 19 }],
      keptInTest: new Set(fields.slice(0, 2).map(fieldName)),
    });
    expect(splits.find(({ name }) => name === 'test')!.fields).toEqual([fields[0], fields[1], fields[19]]);
    expect(splits.find(({ name }) => name === 'val')!.fields).toHaveLength(3);
  });
});
