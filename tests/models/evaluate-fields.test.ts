import { describe, expect, it } from 'vitest';
import type { Detection } from '../../domain/detection.ts';
import type { Box } from '../../domain/geometry.ts';
import { averagePrecision, type EvaluatedImage } from '../../models/evaluate/average-precision.ts';
import { confusionMatrix } from '../../models/evaluate/confusion-matrix.ts';
import { matchField } from '../../models/evaluate/match-field.ts';
import { pointAt, precisionRecall } from '../../models/evaluate/precision-recall.ts';
import { worstFields } from '../../models/evaluate/worst-fields.ts';

const box = (x: number, width = 10): Box => [x, 0, x + width, 10];
const found = (classIndex: number, score: number, at: Box): Detection => ({ classIndex, score, box: at });

/**
 * Class 0 stands at 0 and 100, class 1 at 200. Found: 0 rightly; 100 as class 1; nothing at 200 above its threshold; class 0 at 300, where
 * nothing is.
 */
const field: EvaluatedImage = {
  truth: [
    { classIndex: 0, box: box(0) },
    { classIndex: 0, box: box(100) },
    { classIndex: 1, box: box(200) },
  ],
  detections: [found(0, 0.9, box(1)), found(1, 0.8, box(101)), found(1, 0.2, box(200)), found(0, 0.7, box(300))],
};
const thresholds = [0.5, 0.5];

describe('matches of a field', () => {
  it('sort cells and detections into right, confused, missed and false', () => {
    const matches = matchField(field, { thresholds });
    expect(matches.map((match) => match.kind)).toEqual(['right', 'confused', 'missed', 'false']);
    expect(matches[0]).toMatchObject({ overlap: 90 / 110 });
    expect(matches[2]).toMatchObject({ truth: { classIndex: 1, box: box(200) } });
  });

  it('pair boxes of one class before nearer ones of another', () => {
    const image = { truth: [{ classIndex: 0, box: box(0) }], detections: [found(1, 0.9, box(0)), found(0, 0.6, box(2))] };
    expect(matchField(image, { thresholds }).map((match) => match.kind)).toEqual(['right', 'false']);
  });

  it('give each cell to one detection alone, the nearest', () => {
    const image = { truth: [{ classIndex: 0, box: box(0) }], detections: [found(0, 0.9, box(3)), found(0, 0.6, box(1))] };
    const [right, wrong] = matchField(image, { thresholds });
    expect(right).toMatchObject({ kind: 'right', detection: { score: 0.6 } });
    expect(wrong).toMatchObject({ kind: 'false', detection: { score: 0.9 } });
  });

  it('need half of the union in common', () => {
    const truth = [{ classIndex: 0, box: box(0, 30) }];
    // 20 of 40 in common is one half; 19 of 41 is less.
    expect(matchField({ truth, detections: [found(0, 0.9, box(10, 30))] }, { thresholds })[0]?.kind).toBe('right');
    expect(matchField({ truth, detections: [found(0, 0.9, box(11, 30))] }, { thresholds })[0]?.kind).toBe('missed');
  });

  it('say nothing of classes that nobody looked for', () => {
    const kinds = matchField(field, { thresholds, unlabelled: [1] }).map((match) => match.kind);
    expect(kinds).toEqual(['right', 'missed', 'missed', 'false']);
  });
});

describe('confusion', () => {
  it('counts true classes down and found ones across, with the background last', () => {
    const matches = matchField(field, { thresholds });
    expect(confusionMatrix([matches, matches], 2)).toEqual([
      [2, 2, 0],
      [0, 0, 2],
      [2, 0, 0],
    ]);
  });
});

describe('worst fields', () => {
  it('come by their errors, equal ones in their order, perfect ones not at all', () => {
    const matches = matchField(field, { thresholds });
    const perfect = matches.filter((match) => match.kind === 'right');
    const better = matches.filter((match) => match.kind !== 'missed');
    const worst = worstFields([perfect, better, matches, matches], 3);
    expect(worst.map((item) => [item.index, item.errors])).toEqual([
      [2, 3],
      [3, 3],
      [1, 2],
    ]);
    expect(worst[0]).toEqual({ index: 2, truth: 3, right: 1, confused: 1, missed: 1, false: 1, errors: 3 });
    expect(worstFields([matches, matches], 1)).toHaveLength(1);
  });
});

describe('precision and recall', () => {
  /** Four cells; by falling score: hit, miss, hit and hit at one score, miss. One cell is never found. */
  const images: EvaluatedImage[] = [
    {
      truth: [0, 100, 200, 300].map((x) => ({ classIndex: 0, box: box(x) })),
      detections: [found(0, 0.9, box(0)), found(0, 0.8, box(50)), found(0, 0.7, box(100)), found(0, 0.7, box(200)), found(0, 0.1, box(60))],
    },
  ];
  const curve = precisionRecall(images, 0)!;

  it('are those computed by hand, one point for each score', () => {
    expect(curve.truth).toBe(4);
    expect(curve.points).toEqual([
      { score: 0.9, recall: 0.25, precision: 1 },
      { score: 0.8, recall: 0.25, precision: 0.5 },
      { score: 0.7, recall: 0.75, precision: 0.75 },
      { score: 0.1, recall: 0.75, precision: 0.6 },
    ]);
  });

  it('hold the average precision: made falling and read at 101 points', () => {
    const read = Array.from({ length: 101 }, (_, i) =>
      Math.max(0, ...curve.points.filter((point) => point.recall >= i / 100).map((point) => point.precision)),
    );
    const mean = read.reduce((sum, value) => sum + value, 0) / 101;
    expect(averagePrecision(images, 1).perClass[0]!.AP50).toBeCloseTo(mean, 9);
  });

  it('tell where a threshold stands', () => {
    expect(pointAt(curve, 0.75)?.score).toBe(0.8);
    expect(pointAt(curve, 0.7)?.recall).toBe(0.75);
    expect(pointAt(curve, 0.95)).toBeUndefined();
  });

  it('do not exist for a class that is not there', () => {
    expect(precisionRecall(images, 1)).toBeUndefined();
  });
});
