import { type Dataset, fieldName, type Mark } from './dataset.ts';
import type { DatasetFormat } from './dataset-format.ts';

export type Comparison = {
  /** Fields of either set that the other lacks, or that have other boxes than there. */
  readonly different: readonly string[];
  /** How far a corner of a box is from where it was, at most. */
  readonly largestShiftPx: number;
};

const sameWords = (a: Mark, b: Mark): boolean => a.label === b.label;

/** Compares two sets field by field and box by box, in order: what a conversion did to them. */
export const compareDatasets = (a: Dataset, b: Dataset): Comparison => {
  const different: string[] = [];
  let largestShiftPx = 0;
  for (const split of a.splits) {
    const others = new Map(b.splits.find(({ name }) => name === split.name)?.fields.map((field) => [fieldName(field), field]));
    if (others.size !== split.fields.length) different.push(split.name);
    for (const field of split.fields) {
      const other = others.get(fieldName(field));
      const isSame =
        other !== undefined &&
        other.widthPx === field.widthPx &&
        other.heightPx === field.heightPx &&
        other.marks.length === field.marks.length &&
        field.marks.every((mark, i) => sameWords(mark, other.marks[i]!));
      if (!isSame) different.push(`${split.name}/${field.file}`);
      else
        for (const [i, { box }] of field.marks.entries())
          for (const [axis, value] of box.entries())
            largestShiftPx = Math.max(largestShiftPx, Math.abs(value - other.marks[i]!.box[axis]!));
    }
  }
  return { different, largestShiftPx };
};

/** What a format cannot hold of a set: how many marks lose their outline, and how many what was said of them. */
export const lostIn = (format: DatasetFormat, { splits }: Dataset): { outlines: number; flags: number } => {
  const marks = splits.flatMap(({ fields }) => fields.flatMap((field) => field.marks));
  const count = (has: (mark: Mark) => unknown): number => marks.filter(has).length;
  return {
    outlines: format === 'coco' ? 0 : count((mark) => mark.outline),
    flags:
      format === 'coco' || format === 'tfrecord'
        ? 0
        : count((mark) => mark.crowd || (format === 'yolo' && (mark.difficult || mark.truncated))),
  };
};
