import type { Dataset, Field, Mark } from '../dataset.ts';
import type { Finding, Fix } from './finding.ts';

/** One thing that was changed. */
export type Change = { readonly split: string; readonly field: string; readonly rule: string; readonly did: string };

type Fixing = Finding & { readonly fix: Fix };

const told: Readonly<Record<Fix['do'], string>> = {
  'drop box': 'took the box out',
  'clip box': 'clipped the box to the picture',
  'leave field out': 'left the field out',
  'rename picture': 'renamed the picture',
  'correct size': 'took the size of the picture',
};

const fixMarks = (marks: readonly Mark[], fixes: readonly Fixing[]): Mark[] =>
  marks.flatMap((mark, i) => {
    const own = fixes.filter((finding) => finding.mark === i).map(({ fix }) => fix);
    if (own.some((fix) => fix.do === 'drop box')) return [];
    const clip = own.find((fix) => fix.do === 'clip box');
    return [clip === undefined ? mark : { ...mark, box: clip.box }];
  });

/**
 * Does what the findings propose and tells each change. A field that is left out gets no other change. The set given stays as it is; a split that
 * loses all its fields goes.
 */
export const fixDataset = <Set extends Dataset>(
  dataset: Set,
  findings: readonly Finding[],
): { dataset: Set; changes: readonly Change[]; done: ReadonlySet<Finding> } => {
  const changes: Change[] = [];
  const done = new Set<Finding>();
  const byField = new Map<string, Fixing[]>();
  for (const finding of findings) {
    if (finding.rule === 'damaged-annotation') {
      done.add(finding);
      changes.push({ split: finding.split, field: finding.field, rule: finding.rule, did: `left out ${finding.file}: ${finding.what}` });
    }
    if (finding.fix === undefined) continue;
    const key = `${finding.split}\0${finding.field}`;
    byField.set(key, [...(byField.get(key) ?? []), finding as Fixing]);
  }
  const did = ({ split, field, rule, fix, what }: Fixing): void => {
    changes.push({ split, field, rule, did: `${told[fix.do]}: ${what}` });
  };
  const fixField = (split: string, field: Field): Field[] => {
    const fixes = byField.get(`${split}\0${field.file}`) ?? [];
    for (const finding of fixes) done.add(finding);
    const out = fixes.find(({ fix }) => fix.do === 'leave field out');
    if (out !== undefined) {
      did(out);
      return [];
    }
    fixes.forEach(did);
    const name = fixes.map(({ fix }) => fix).find((fix) => fix.do === 'rename picture');
    const size = fixes.map(({ fix }) => fix).find((fix) => fix.do === 'correct size');
    return [
      {
        ...field,
        file: name?.to ?? field.file,
        widthPx: size?.widthPx ?? field.widthPx,
        heightPx: size?.heightPx ?? field.heightPx,
        marks: fixMarks(field.marks, fixes),
      },
    ];
  };
  const splits = dataset.splits.map((split) => ({ ...split, fields: split.fields.flatMap((field) => fixField(split.name, field)) }));
  return { dataset: { ...dataset, splits: splits.filter(({ fields }) => fields.length > 0) }, changes, done };
};
