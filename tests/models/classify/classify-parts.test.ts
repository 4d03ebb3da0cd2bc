import { describe, expect, test } from 'vitest';
import { evidenceAt } from '../../../domain/evidence-picture.ts';
import { softLargest } from '../../../models/classify/classify-step.ts';
import { drawCell, PLAIN_PLACEMENT } from '../../../models/classify/draw-cell.ts';
import { findCell } from '../../../models/classify/find-cell.ts';
import { confusionOf, kindMetrics } from '../../../models/classify/kind-metrics.ts';
import { pointAt } from '../../../models/classify/pointing.ts';
import { TURNS, turnedPoints } from '../../../models/classify/turns.ts';
import { loadTensorFlow } from '../../../models/tensorflow.ts';

/** Glass with a dark disc. */
const picture = (side: number, x: number, y: number, radius: number) => {
  const data = new Uint8Array(side * side * 3).fill(235);
  for (let at = 0; at < side * side; at++)
    if (Math.hypot((at % side) + 0.5 - x, Math.floor(at / side) + 0.5 - y) < radius) data.fill(at % 2 === 0 ? 60 : 70, at * 3, at * 3 + 3);
  return { data, widthPx: side, heightPx: side };
};

describe('figures', () => {
  test('of a confusion matrix', () => {
    const pairs = [...Array(8).fill({ kind: 0, said: 0 }), { kind: 0, said: 1 }, { kind: 0, said: 1 }, { kind: 1, said: 1 }];
    const { accuracy, balancedAccuracy, interval, perKind, cells } = kindMetrics(confusionOf(3, pairs));
    expect([cells, accuracy, balancedAccuracy]).toEqual([11, 9 / 11, 0.9]);
    expect(perKind[1]).toEqual({ truth: 1, said: 3, recall: 1, precision: 1 / 3 });
    expect(interval[0]).toBeLessThan(0.8);
    expect(interval[1]).toBe(1);
  });

  test('the softened largest value goes from the mean to the largest', async () => {
    const { tf } = await loadTensorFlow('cpu');
    const maps = tf.tensor4d([0, 1, 2, 5], [1, 2, 2, 1]);
    expect(softLargest(tf, maps, 1e-3).dataSync()[0]).toBeCloseTo(2, 1);
    expect(softLargest(tf, maps, 200).dataSync()[0]).toBeCloseTo(5, 1);
  });
});

describe('drawing', () => {
  test('places a cell as it is, and turned by a quarter as its points say', () => {
    const side = 16;
    const from = { raster: picture(side, 4, 6, 3), glass: [235, 235, 235] as const, reachPx: 8 };
    const plain = new Float32Array(side * side * 3);
    drawCell(plain, side, from, PLAIN_PLACEMENT);
    expect([...plain]).toEqual([...from.raster.data]);
    const turned = new Float32Array(plain.length);
    drawCell(turned, side, from, { ...PLAIN_PLACEMENT, angle: Math.PI / 2 });
    const same = TURNS.filter((turn) => turnedPoints(side, turn).every((point, at) => Math.abs(turned[at * 3]! - plain[point * 3]!) <= 1));
    expect(same.length).toBe(1);
  });

  test('the eight turns are eight, and each holds every point once', () => {
    const all = TURNS.map((turn) => [...turnedPoints(3, turn)]);
    expect(new Set(all.map(String)).size).toBe(8);
    for (const points of all) expect(points.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('leaves glass beyond what is seen', () => {
    const from = { raster: picture(32, 16, 16, 12), glass: [1, 2, 3] as const, reachPx: 12 };
    const canvas = new Float32Array(32 * 32 * 3);
    drawCell(canvas, 32, from, { ...PLAIN_PLACEMENT, seenX: 4, seenY: 4 });
    expect([...canvas.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect(canvas.filter((value) => value >= 60).length).toBe(8 * 8 * 3);
  });
});

test('the nucleus is found, and a map points at it or not', () => {
  const cell = picture(120, 62, 58, 14);
  const found = findCell(cell)!;
  expect(Math.abs(found.box[0] - 48)).toBeLessThanOrEqual(2);
  expect(Math.abs(found.box[3] - 72)).toBeLessThanOrEqual(2);
  const map = (at: number) => ({
    rows: 4,
    columns: 4,
    values: Float32Array.from({ length: 16 }, (_, i) => (i === at ? 1 : 0)),
    square: [0, 0, 120, 120] as [number, number, number, number],
  });
  expect(pointAt(cell, map(0))).toEqual({ onNucleus: false, onCell: false });
  expect(pointAt(cell, map(6))).toMatchObject({ onNucleus: false });
  expect(pointAt(cell, { ...map(0), rows: 1, columns: 1, values: new Float32Array([1]) })).toEqual({ onNucleus: true, onCell: true });
});

test('evidence is linear between its points, and none lies outside', () => {
  const map = { rows: 1, columns: 2, values: [0, 1], square: [10, 10, 30, 20] as [number, number, number, number] };
  expect(evidenceAt(map, 20, 15)).toBeCloseTo(0.5);
  expect(evidenceAt(map, 11, 15)).toBe(0);
  expect(evidenceAt(map, 29, 15)).toBe(1);
  expect(evidenceAt(map, 9, 15)).toBeUndefined();
});
