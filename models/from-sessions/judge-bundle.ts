import type { BundleComparison, SetComparison } from '../../domain/models-in-use.ts';
import type { LabelledField } from '../datasets/labelled-field.ts';
import { averagePrecision, type EvaluatedImage, type Precision } from '../evaluate/average-precision.ts';
import { countCells, evaluateFields } from '../evaluate/evaluate-fields.ts';
import { openForeignPictures } from '../evaluate/foreign-pictures.ts';
import { openPictureDetector } from '../evaluate/picture-detector.ts';
import { isWhole } from '../export/choose-thresholds.ts';
import type { Bundle } from '../runtime/bundle.ts';

/** Fields that no bundle in question was trained on. */
export type JudgedSet = {
  readonly name: string;
  readonly kind: SetComparison['kind'];
  readonly fields: readonly LabelledField[];
  readonly umPerPx: number;
  /** Indexes of classes that its labels know; all where left out. */
  readonly labelled?: readonly number[];
  /** Cells that the edge cuts say nothing, neither in labels nor in what is found: for labels that have some of them and lack others. */
  readonly wholeCells?: boolean;
};

const wholeOf = (images: readonly EvaluatedImage[], fields: readonly LabelledField[]): EvaluatedImage[] =>
  images.map(({ detections, truth }, i) => ({
    detections: detections.filter(({ box }) => isWhole(fields[i]!, box)),
    truth: truth.filter(({ box }) => isWhole(fields[i]!, box)),
  }));

/** With fewer cells than this a class says nothing of precision: one cell would weigh as much as all red ones. */
const LEAST_CELLS = 10;

/** mAP50 over the classes that have enough cells; over all where none has. */
const meanPrecision = ({ perClass, mAP50 }: Precision): number => {
  const enough = perClass.flatMap((item) => (item !== undefined && item.truth >= LEAST_CELLS ? [item.AP50] : []));
  return enough.length === 0 ? mAP50 : enough.reduce((sum, value) => sum + value, 0) / enough.length;
};

export type Figures = SetComparison['now'];

/** What a bundle may be worse by and still be as good: one point. */
export const TOLERANCE = 0.01;

/** Precision and count of a bundle on each set, through ONNX Runtime on the processor. `onField` hears of each field done. */
export const judgeBundle = async (
  { card, networkPath, format }: Bundle,
  sets: readonly JudgedSet[],
  onField: () => void = () => undefined,
): Promise<Figures[]> => {
  await using detector =
    format.layout === 'smearscope' ? await openPictureDetector(networkPath, card) : await openForeignPictures(networkPath, card, format);
  const figures: Figures[] = [];
  for (const { fields, umPerPx, labelled, wholeCells = false } of sets) {
    const found = await evaluateFields(detector, fields, umPerPx, onField);
    const images = wholeCells ? wholeOf(found, fields) : found;
    const counts = countCells(images, card.thresholds.score).filter((_, index) => labelled === undefined || labelled.includes(index));
    const off = counts.reduce((sum, { truth, counted }) => sum + Math.abs(truth - counted), 0);
    const truth = counts.reduce((sum, item) => sum + item.truth, 0);
    figures.push({ mAP50: meanPrecision(averagePrecision(images, card.classes.length)), countError: off / Math.max(1, truth) });
  }
  return figures;
};

const points = (share: number): string => `${(share * 100).toFixed(1)}`;

const worseIn = (was: Figures, now: Figures): string[] => [
  ...(now.mAP50 < was.mAP50 - TOLERANCE ? [`mAP50 ${points(now.mAP50)} in place of ${points(was.mAP50)}`] : []),
  ...(now.countError > was.countError + TOLERANCE
    ? [`counts off by ${points(now.countError)} % in place of ${points(was.countError)} %`]
    : []),
];

const named = ({ card }: Bundle): BundleComparison['was'] => ({
  name: card.name,
  version: card.version,
  sha256: card.files.find(({ path }) => path.endsWith('.onnx'))?.sha256 ?? '',
});

/** Judges a new bundle beside the one in use on the same fields. `onField` hears how many fields of how many are done. */
export const compareBundles = async (
  was: Bundle,
  now: Bundle,
  sets: readonly JudgedSet[],
  onField: (done: number, total: number) => void = () => undefined,
): Promise<BundleComparison> => {
  const total = 2 * sets.reduce((sum, { fields }) => sum + fields.length, 0);
  let done = 0;
  const heard = (): void => onField(++done, total);
  const before = await judgeBundle(was, sets, heard);
  const after = await judgeBundle(now, sets, heard);
  const compared = sets.map(({ name, kind, fields }, i): SetComparison => {
    const [then, since] = [before[i]!, after[i]!];
    const cells = fields.reduce((sum, { boxes }) => sum + boxes.length, 0);
    return { name, kind, fields: fields.length, cells, was: then, now: since, worse: worseIn(then, since) };
  });
  return {
    was: named(was),
    now: named(now),
    sets: compared,
    against: compared.flatMap(({ name, worse }) => (worse.length === 0 ? [] : [`${name}: ${worse.join(', ')}`])),
  };
};
