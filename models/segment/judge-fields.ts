import type { SegmenterDefinition } from '../architectures/layer.ts';
import type { Parameters } from '../architectures/parameters.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { createBoundaryTally } from './boundary-scores.ts';
import { createMaskTally, type MaskScores } from './mask-scores.ts';
import { planeAt } from './planes.ts';
import { openPredictor, type PredictedPlanes } from './predict-planes.ts';
import type { FieldOnDisk, SegmentField } from './segment-field.ts';

/** How well one plane was drawn over all fields of a source. */
export type PlaneScores = MaskScores & { readonly boundaryF1: number };

/** From this share a pixel belongs to a plane. */
export const BELONGS = 0.5;
const LABELLED = 128;

/** Scores of each plane over fields, at the network's scale; `onField` hears of each what was found. Faults: `data` where a field is damaged. */
export const judgeFields = async (
  tf: TensorFlow,
  definition: SegmenterDefinition,
  parameters: Parameters,
  fields: readonly FieldOnDisk[],
  onField?: (field: SegmentField, predicted: PredictedPlanes) => Promise<void>,
): Promise<PlaneScores[]> => {
  const predict = openPredictor(tf, definition, parameters);
  const tallies = Array.from({ length: definition.planes }, () => ({ mask: createMaskTally(), boundary: createBoundaryTally() }));
  for (const onDisk of fields) {
    const field = await onDisk.load();
    const { planes } = field;
    const { widthPx, heightPx } = field.picture.base;
    const predicted = predict(field.picture.base);
    const pixels = widthPx * heightPx;
    const known = Uint8Array.from({ length: pixels }, (_, at) => (planeAt(planes, planes.count, at) >= LABELLED ? 1 : 0));
    for (const [plane, { mask, boundary }] of tallies.entries()) {
      const found = Uint8Array.from({ length: pixels }, (_, at) => (predicted.shares[at * planes.count + plane]! >= BELONGS ? 1 : 0));
      const there = Uint8Array.from({ length: pixels }, (_, at) => (planeAt(planes, plane, at) >= LABELLED ? 1 : 0));
      for (let at = 0; at < pixels; at++) if (known[at] === 1) mask.add(found[at] === 1, there[at] === 1);
      boundary.add({ found, there, known, widthPx, heightPx });
    }
    await onField?.(field, predicted);
  }
  return tallies.map(({ mask, boundary }) => ({ ...mask.scores, boundaryF1: boundary.scores.f1 }));
};
