import { iou } from '../../../domain/geometry.ts';
import type { Mark } from '../dataset.ts';
import type { SamePair } from '../same-pictures.ts';
import { type Finding, onField, type Placed } from './finding.ts';

const MATCH_IOU = 0.5;

/** What two sets have in common. */
export type SetComparison = {
  readonly samePictures: number;
  readonly fields: number;
  readonly otherFields: number;
  /** On the common pictures: boxes of each label here, there, and those there that have none of their label here (IoU ≥ 0.5). */
  readonly boxes: Readonly<Record<string, { here: number; there: number; missingHere: number }>>;
};

const missing = (marks: readonly Mark[], others: readonly Mark[]): Map<string, number> => {
  const free = new Set(marks.keys());
  const count = new Map<string, number>();
  for (const other of others) {
    let best: number | undefined;
    let bestIou = MATCH_IOU;
    for (const i of free) {
      const agreement = marks[i]!.label === other.label ? iou(marks[i]!.box, other.box) : 0;
      if (agreement >= bestIou) [best, bestIou] = [i, agreement];
    }
    if (best === undefined) count.set(other.label, (count.get(other.label) ?? 0) + 1);
    else free.delete(best);
  }
  return count;
};

const isTest = (split: string): boolean => /^test/i.test(split);

/** Compares a set with another by their common pictures. `pairs` are indexes into the fields followed by the other set's. */
export const compareSets = (
  fields: readonly Placed[],
  others: readonly Placed[],
  pairs: readonly SamePair[],
): { comparison: SetComparison; findings: Finding[] } => {
  const boxes: Record<string, { here: number; there: number; missingHere: number }> = {};
  const entry = (label: string) => (boxes[label] ??= { here: 0, there: 0, missingHere: 0 });
  const findings: Finding[] = [];
  const seen = new Set<number>();
  for (const pair of pairs) {
    const [a, b] = pair.a < pair.b ? [pair.a, pair.b] : [pair.b, pair.a];
    if (a >= fields.length || b < fields.length) continue;
    const [here, there] = [fields[a]!, others[b - fields.length]!];
    if (isTest(here.split) !== isTest(there.split)) {
      const what = `the picture is ${there.split}/${there.field.file} of the other set`;
      const stays = isTest(here.split);
      const proposal = stays ? 'take it out of the other set' : `leave it out of ${here.split}`;
      findings.push(onField(here, 'across-sets', { what, proposal, ...(stays ? {} : { fix: { do: 'leave field out' } }) }));
    }
    if (seen.has(a)) continue;
    seen.add(a);
    if (pair.turned || here.field.widthPx !== there.field.widthPx || here.field.heightPx !== there.field.heightPx) continue;
    for (const { label } of here.field.marks) entry(label).here++;
    for (const { label } of there.field.marks) entry(label).there++;
    for (const [label, n] of missing(here.field.marks, there.field.marks)) entry(label).missingHere += n;
  }
  return { comparison: { samePictures: seen.size, fields: fields.length, otherFields: others.length, boxes }, findings };
};
