import { describe, expect, it } from 'vitest';
import type { Box } from '../../../domain/geometry.ts';
import { seededRandom } from '../../../domain/random.ts';
import type { ReviewedCell } from '../../../domain/review.ts';
import { detectorNamed } from '../../../models/architectures/detector.ts';
import { headGrid } from '../../../models/architectures/grid.ts';
import { withoutIgnored } from '../../../models/evaluate/without-ignored.ts';
import { labelField } from '../../../models/from-sessions/label-field.ts';
import { detectionLoss } from '../../../models/train/detection-loss.ts';
import { lossOptions } from '../../../models/train/loss-options.ts';
import { choosePlacement, placeBoxes } from '../../../models/train/place-crop.ts';

const FIELD: Box = [100, 100, 300, 250];

const cell = (id: number, box: Box, more: Partial<ReviewedCell> = {}): ReviewedCell => ({
  ...{ id, class: 'RBC', classIndex: 0, score: 0.8, state: 'counted', island: 1, box: [box[0], box[1], box[2], box[3]] },
  ...{ widthUm: 7, heightUm: 7, sightings: 1, firstSeenMs: 0, lastSeenMs: 0, cropVersion: 0 },
  ...more,
});

describe('what a review says of a field', () => {
  const middle: Box = [150, 150, 180, 180];

  it('takes cells of a field that was looked through, corrected or not, and nothing else there for a cell', () => {
    const found = labelField({
      box: FIELD,
      reviewed: [FIELD],
      cells: [cell(1, middle), cell(2, [200, 150, 230, 180], { class: 'WBC', correction: 'reclassified', was: 'RBC' })],
    });
    expect(found.marks).toEqual([
      { label: 'RBC', box: [50, 50, 80, 80] },
      { label: 'WBC', box: [100, 50, 130, 80] },
    ]);
    expect(found.ignored).toEqual([]);
    expect(found.corrections).toBe(1);
  });

  it('ignores all of a field that nobody looked through but the corrected cells', () => {
    const found = labelField({
      box: FIELD,
      reviewed: [],
      cells: [cell(1, middle), cell(2, [200, 150, 230, 180], { correction: 'added' })],
    });
    expect(found.marks).toEqual([{ label: 'RBC', box: [100, 50, 130, 80] }]);
    expect(found.ignored).toContainEqual([0, 0, 200, 150]);
  });

  it('takes a deleted cell for background where somebody looked, and ignores it elsewhere', () => {
    const deleted = cell(1, middle, { state: 'withdrawn', correction: 'deleted' });
    const looked = labelField({ box: FIELD, reviewed: [FIELD], cells: [deleted] });
    expect([looked.marks, looked.ignored, looked.corrections]).toEqual([[], [], 1]);
    const next: Box = [-100, 100, 140, 250];
    const beside = labelField({ box: FIELD, reviewed: [next], cells: [deleted] });
    expect(beside.marks).toEqual([]);
    expect(beside.ignored).toEqual([
      [40, 0, 200, 150],
      [50, 50, 80, 80],
    ]);
  });

  it('ignores what is uncertain, waits to be seen whole, lies on ground left out, or is cut in half by the edge', () => {
    const found = labelField({
      box: FIELD,
      reviewed: [FIELD],
      cells: [
        cell(1, middle, { uncertain: true, correction: 'reclassified' }),
        cell(2, [200, 150, 230, 180], { state: 'waiting' }),
        cell(3, [240, 150, 270, 180], { state: 'excluded' }),
        cell(4, [80, 200, 110, 230]),
      ],
    });
    expect(found.marks).toEqual([]);
    expect(found.ignored).toHaveLength(4);
  });

  it('says nothing of cells that were merged or split away', () => {
    const found = labelField({
      box: FIELD,
      reviewed: [FIELD],
      cells: [
        cell(1, middle, { state: 'withdrawn', correction: 'merged' }),
        cell(2, middle, { state: 'withdrawn' }),
        cell(3, [150, 150, 190, 190], { correction: 'merged' }),
      ],
    });
    expect(found.marks).toEqual([{ label: 'RBC', box: [50, 50, 90, 90] }]);
    expect(found.corrections).toBe(1);
  });

  it('is harder the more was wrong, and harder with less sure cells', () => {
    const hardness = (...cells: ReviewedCell[]): number => labelField({ box: FIELD, reviewed: [FIELD], cells }).hardness;
    const sure = hardness(cell(1, middle, { score: 1 }));
    const unsure = hardness(cell(1, middle, { score: 0.3 }));
    const wrong = hardness(cell(1, middle, { correction: 'reclassified', was: 'WBC' }));
    expect(sure).toBe(0);
    expect(unsure).toBeGreaterThan(sure);
    expect(wrong).toBeGreaterThan(unsure);
  });
});

describe('an ignored part', () => {
  const definition = detectorNamed('smear-net-tiny', 2);
  const grid = headGrid(definition, 64, 48);
  const logits = new Float32Array(grid.points * 2).fill(2);
  const distances = new Float32Array(grid.points * 4);
  const lossWith = (slivers: readonly Box[], boxes: readonly { box: Box; classIndex: number }[] = []) =>
    detectionLoss(grid, 2, [{ boxes, slivers }], logits, distances, lossOptions.parse({}));

  it('is neither background nor cell: nothing is learned there', () => {
    const { score, logitGradient } = lossWith([[0, 0, 64, 48]]);
    expect(score).toBe(0);
    expect(logitGradient.every((value) => value === 0)).toBe(true);
    expect(lossWith([[0, 0, 32, 48]]).logitGradient.filter((value) => value !== 0).length).toBeLessThan(
      lossWith([]).logitGradient.filter((value) => value !== 0).length,
    );
  });

  it('leaves a cell within it to be learned', () => {
    const { score } = lossWith([[0, 0, 64, 48]], [{ box: [16, 12, 36, 32], classIndex: 1 }]);
    expect(score).toBeGreaterThan(0);
  });

  it('moves with its picture', () => {
    const raster = { data: new Uint8Array(128 * 96 * 3), widthPx: 128, heightPx: 96 };
    const picture = { name: 'a', base: raster, fine: raster, boxes: [], ignored: [[0, 0, 64, 96]] as Box[] };
    const wish = { flips: 0, quarterTurns: 0, zoom: [1, 1] as [number, number], stretch: 0, crop: false };
    const placement = choosePlacement(seededRandom(1), picture, [0, 0, 64, 48], wish);
    const { slivers } = placeBoxes(placement, picture);
    // The window is the middle of the picture.
    expect(slivers).toEqual([[0, 0, 32, 48]]);
  });

  it('takes detections within it out of the judgement, but not a right one', () => {
    const at = (x: number) => ({ box: [x, 0, x + 10, 10] as Box, classIndex: 0, score: 0.9 });
    const kept = withoutIgnored([at(0), at(100), at(40)], [{ box: [40, 0, 50, 10], classIndex: 0 }], [[0, 0, 60, 60]]);
    expect(kept.map(({ box }) => box[0])).toEqual([100, 40]);
  });
});
