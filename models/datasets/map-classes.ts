import { FaultError } from '../../domain/fault.ts';
import { countMarks, type Dataset } from './dataset.ts';

export type ClassMapping = {
  /** The classes that the set is to have, in order; its own where not given. */
  readonly classes?: readonly string[] | undefined;
  /** What a label becomes; an empty text drops its boxes. */
  readonly map: ReadonlyMap<string, string>;
};

export type MappedLabels = {
  readonly dataset: Dataset;
  /** What was renamed and dropped: boxes by label. */
  readonly changed: readonly { readonly from: string; readonly to: string | undefined; readonly boxes: number }[];
};

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '')
    .replace(/s$/, '');

/**
 * Renames the labels of a set and puts its classes in order. A label that is neither mapped nor among the classes is refused, never guessed.
 * Faults: `usage`.
 */
export const mapClasses = (dataset: Dataset, { classes, map }: ClassMapping): MappedLabels => {
  const fields = dataset.splits.flatMap((split) => split.fields);
  const counts = countMarks(fields);
  const unused = [...map.keys()].find((from) => !counts.has(from) && !dataset.classes.includes(from));
  if (unused !== undefined)
    throw new FaultError({
      kind: 'usage',
      what: `--map names "${unused}", which no box is called`,
      remedy: `the set has ${[...counts.keys()].join(', ')}`,
    });
  const become = (label: string): string => map.get(label) ?? label;
  const wanted = classes ?? [...new Set(dataset.classes.map(become).filter((name) => name !== ''))];
  const strange = [...counts.keys()].filter((label) => become(label) !== '' && !wanted.includes(become(label)));
  if (strange.length > 0) {
    const [first] = strange;
    const like = wanted.find((name) => plain(name) === plain(first!)) ?? wanted[0] ?? '';
    throw new FaultError({
      kind: 'usage',
      what: `${strange.map((label) => `"${label}" (${counts.get(label)} boxes)`).join(', ')} is none of ${wanted.join(', ')}`,
      remedy: `say what it becomes with --map "${first}=${like}", or --map "${first}=" to leave its boxes out`,
    });
  }
  const changed = [...map].map(([from, to]) => ({ from, to: to === '' ? undefined : to, boxes: counts.get(from) ?? 0 }));
  if (map.size === 0) return { dataset: { ...dataset, classes: wanted }, changed };
  const splits = dataset.splits.map((split) => ({
    ...split,
    fields: split.fields.map((field) => ({
      ...field,
      marks: field.marks.filter(({ label }) => become(label) !== '').map((mark) => ({ ...mark, label: become(mark.label) })),
    })),
  }));
  return { dataset: { ...dataset, classes: wanted, splits }, changed };
};
