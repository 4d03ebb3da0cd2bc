import { averagePrecision, type EvaluatedImage, type Precision } from '../../evaluate/average-precision.ts';
import { confusionMatrix } from '../../evaluate/confusion-matrix.ts';
import { type FieldMatch, matchField } from '../../evaluate/match-field.ts';
import { type PrecisionRecall, precisionRecall } from '../../evaluate/precision-recall.ts';
import { type FieldTally, worstFields } from '../../evaluate/worst-fields.ts';
import type { RgbImage } from '../../runtime/resample.ts';

/** A field as a report shows it; its boxes are within `widthPx` × `heightPx`. */
export type ReportField = {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Classes that nobody looked for in it. */
  readonly unlabelled?: readonly number[] | undefined;
  /** Its picture, of any size: asked for only where it is shown. */
  readonly picture: () => Promise<RgbImage>;
};

/** What a detector found in the fields of one source; `images` go with `fields`. */
export type JudgedSource = {
  readonly name: string;
  readonly images: readonly EvaluatedImage[];
  readonly fields: readonly ReportField[];
  /** Left out, it is computed. */
  readonly precision?: Precision;
};

export type WorstField = FieldTally & { readonly field: ReportField; readonly matches: readonly FieldMatch[] };

/** Cells of one class in one field: how many there are, and how many were counted. */
export type FieldCount = { readonly truth: number; readonly counted: number };

/** Everything that a report says of one source. Lists by class, in the order of the classes. */
export type SourceFindings = {
  readonly name: string;
  readonly fields: number;
  readonly precision: Precision;
  readonly curves: readonly (PrecisionRecall | undefined)[];
  readonly confusion: readonly (readonly number[])[];
  readonly counts: readonly (readonly FieldCount[])[];
  readonly worst: readonly WorstField[];
};

const countsOf = (matches: readonly FieldMatch[], classIndex: number): FieldCount => ({
  truth: matches.filter((match) => match.kind !== 'false' && match.truth.classIndex === classIndex).length,
  counted: matches.filter((match) => match.kind !== 'missed' && match.detection.classIndex === classIndex).length,
});

/** Judges one source at the score thresholds, one for each class; `worst` is how many fields to keep for drawing. */
export const findingsOf = (source: JudgedSource, thresholds: readonly number[], worst: number): SourceFindings => {
  const { name, images, fields } = source;
  const matches = images.map((image, i) => matchField(image, { thresholds, unlabelled: fields[i]?.unlabelled }));
  return {
    name,
    fields: images.length,
    precision: source.precision ?? averagePrecision(images, thresholds.length),
    curves: thresholds.map((_, classIndex) => precisionRecall(images, classIndex)),
    confusion: confusionMatrix(matches, thresholds.length),
    counts: thresholds.map((_, classIndex) => matches.map((items) => countsOf(items, classIndex))),
    worst: worstFields(matches, worst).map((tally) => ({ ...tally, field: fields[tally.index]!, matches: matches[tally.index]! })),
  };
};
