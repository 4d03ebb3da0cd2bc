import { expect, test } from 'vitest';
import { FIRST_LAYERS, isDrawn } from '../../client/src/picture/layers.ts';
import type { OverlayBox } from '../../domain/field-report.ts';

const box = (change: Partial<OverlayBox> = {}): OverlayBox => ({
  id: 1,
  classIndex: 0,
  score: 0.6,
  box: [0, 0, 10, 10],
  state: 'counted',
  ...change,
});
const shown = [{ visible: true }, { visible: false }];

test('a box is drawn by its class, its confidence and its state', () => {
  expect(isDrawn(box(), shown, FIRST_LAYERS)).toBe(true);
  expect(isDrawn(box({ classIndex: 1 }), shown, FIRST_LAYERS)).toBe(false);
  expect(isDrawn(box({ classIndex: 7 }), shown, FIRST_LAYERS)).toBe(false);
  expect(isDrawn(box(), shown, { ...FIRST_LAYERS, leastScore: 0.6 })).toBe(true);
  expect(isDrawn(box({ score: 0.59 }), shown, { ...FIRST_LAYERS, leastScore: 0.6 })).toBe(false);
  expect(isDrawn(box({ state: 'waiting' }), shown, { ...FIRST_LAYERS, states: new Set(['counted']) })).toBe(false);
});
