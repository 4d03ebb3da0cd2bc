import { iou } from '../../../domain/geometry.ts';
import type { MotRow } from './mot-text.ts';

/** One frame: indices of the identities in it, and the overlap of each true box with each tracked one, row-major. */
export type TrackFrame = { readonly truth: readonly number[]; readonly tracked: readonly number[]; readonly iou: Float64Array };

/** A sequence as the metrics want it: identities are numbered from 0, and frames without any box are left out. */
export type TrackSequence = {
  readonly frames: readonly TrackFrame[];
  readonly truthIds: number;
  readonly trackedIds: number;
  readonly truthBoxes: number;
  readonly trackedBoxes: number;
  /** Boxes of each identity. */
  readonly boxesOfTruth: Float64Array;
  readonly boxesOfTracked: Float64Array;
};

type Numbered = { readonly byFrame: Map<number, { index: number; row: MotRow }[]>; readonly boxes: Float64Array };

const numberIdentities = (rows: readonly MotRow[]): Numbered => {
  const ids = [...new Set(rows.map(({ id }) => id))].sort((a, b) => a - b);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const boxes = new Float64Array(ids.length);
  const byFrame = new Map<number, { index: number; row: MotRow }[]>();
  for (const row of rows) {
    const index = indexOf.get(row.id)!;
    boxes[index]!++;
    const frame = byFrame.get(row.frame);
    if (frame === undefined) byFrame.set(row.frame, [{ index, row }]);
    else frame.push({ index, row });
  }
  return { byFrame, boxes };
};

/** Brings truth and result of one sequence together. Within a frame boxes keep their order in the file, which decides between equal pairings. */
export const trackSequence = (truth: readonly MotRow[], result: readonly MotRow[]): TrackSequence => {
  const real = numberIdentities(truth);
  const tracked = numberIdentities(result);
  const frames = [...new Set([...real.byFrame.keys(), ...tracked.byFrame.keys()])].sort((a, b) => a - b);
  return {
    frames: frames.map((frame) => {
      const rows = real.byFrame.get(frame) ?? [];
      const columns = tracked.byFrame.get(frame) ?? [];
      const overlaps = new Float64Array(rows.length * columns.length);
      rows.forEach((a, i) => {
        columns.forEach((b, j) => {
          overlaps[i * columns.length + j] = iou(a.row.box, b.row.box);
        });
      });
      return { truth: rows.map(({ index }) => index), tracked: columns.map(({ index }) => index), iou: overlaps };
    }),
    truthIds: real.boxes.length,
    trackedIds: tracked.boxes.length,
    truthBoxes: truth.length,
    trackedBoxes: result.length,
    boxesOfTruth: real.boxes,
    boxesOfTracked: tracked.boxes,
  };
};
