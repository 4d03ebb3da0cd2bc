import type { EvaluatedImage } from '../../evaluate/average-precision.ts';
import { matchField } from '../../evaluate/match-field.ts';
import { drawField } from './draw-field.ts';
import type { HeldOutFigure } from './run-log.ts';
import type { JudgedSource } from './source-findings.ts';
import type { SummaryValue } from './tensorboard-event.ts';

/** Fields of each source that are drawn each time: the same ones, so that one sees them get better. */
const DRAWN = 2;

/** What a step measured, under tags that TensorBoard groups by the word before the first slash. */
export const stepValues = (values: Readonly<Record<string, number>>, learningRate: number): SummaryValue[] => [
  ...Object.entries(values).map(([name, scalar]) => ({ tag: `train/${name}`, scalar })),
  { tag: 'train/learningRate', scalar: learningRate },
];

/** Precision and recall of each source's held-out fields, and of each of its classes. */
export const figureValues = (figures: readonly HeldOutFigure[], classes: readonly string[]): SummaryValue[] =>
  figures.flatMap(({ name, mAP, mAP50, mAR100, perClass }) => [
    { tag: `mAP/${name}`, scalar: mAP },
    { tag: `mAP50/${name}`, scalar: mAP50 },
    { tag: `mAR100/${name}`, scalar: mAR100 },
    ...classes.flatMap((className, i) => {
      const found = perClass[i];
      return found === undefined ? [] : [{ tag: `AP50 ${name}/${className}`, scalar: found.AP50 }];
    }),
  ]);

/** The first and the middle field of a source, drawn with what was found in them. */
export const pictureValues = async ({ name, fields, images }: JudgedSource, thresholds: readonly number[]): Promise<SummaryValue[]> => {
  const chosen = [...new Set(Array.from({ length: DRAWN }, (_, i) => Math.floor((i * fields.length) / DRAWN)))].filter(
    (i) => i < fields.length,
  );
  return Promise.all(
    chosen.map(async (i) => {
      const field = fields[i]!;
      const image: EvaluatedImage = images[i]!;
      const matches = matchField(image, { thresholds, unlabelled: field.unlabelled });
      return { tag: `fields/${name}/${field.name}`, image: await drawField(field, matches) };
    }),
  );
};
