import { expect, test } from 'vitest';
import { drawnAreas } from '../../client/src/sizes/drawn-areas.ts';
import { binsShown, sizeFacts, sizeSummary } from '../../client/src/sizes/size-words.ts';
import { packOutline } from '../../domain/cell-drawing.ts';
import { sizesOf } from '../../domain/size-distribution.ts';
import type { MapCell } from '../../domain/wire.ts';

const square = (side: number) => ({ outline: packOutline([0, 0, side, 0, side, side, 0, side], { x: 0, y: 0 }) });
const cell = (id: number, change: Partial<MapCell> = {}): [number, MapCell] => [
  id,
  { id, island: 1, classIndex: 0, x: 0, y: 0, widthPx: 10, heightPx: 10, score: 0.9, state: 'counted', ...change },
];

test('areas are those of counted cells of one class that were drawn', () => {
  const cells = new Map([cell(1), cell(2, { classIndex: 1 }), cell(3, { state: 'waiting' }), cell(4), cell(6)]);
  const drawings = new Map([1, 2, 3, 4, 5].map((id) => [id, square(10 * id)]));
  expect(drawnAreas({ cells, drawings }, 0, 0.1)).toEqual([1, 16].map((area) => expect.closeTo(area, 9)));
  expect(drawnAreas({ cells, drawings }, 1, 0.5)).toEqual([expect.closeTo(100, 9)]);
});

test('a distribution is told in figures and in a sentence', () => {
  const told = sizesOf([38, 40, 42, 400]);
  const facts = new Map(sizeFacts(told, false).map(({ name, value, why }) => [name, { value, why }]));
  expect(facts.get('Diameter')?.value).toBe('7.14 ± 0.18 µm');
  expect(facts.get('RDW')?.value).toBe('5.0 %');
  expect(facts.get('Cells')).toEqual({ value: '4', why: expect.stringContaining('1 of them too small or too large') });
  expect(sizeSummary('Red cells', told, true)).toBe(
    'Red cells by diameter: Diameter ≈ 7.14 ± 0.18 µm, RDW 5.0 %, CV of diameters 2.5 %, Area ≈ 40.0 µm², Cells 4',
  );
});

test('of one cell there is a mean and no spread', () => {
  const facts = new Map(sizeFacts(sizesOf([40]), false).map(({ name, value }) => [name, value]));
  expect(facts.get('Diameter')).toBe('7.14 µm');
  expect(facts.get('RDW')).toBe('–');
});

test('the chart shows the bins that have cells, and some room around them', () => {
  expect(binsShown(sizesOf([40, 60]))).toEqual({ fromUm: 6, toUm: 10 });
  expect(binsShown(sizesOf([0.01]))).toEqual({ fromUm: 0, toUm: 1 });
  expect(binsShown(sizesOf([]))).toEqual({ fromUm: 0, toUm: 12 });
});
