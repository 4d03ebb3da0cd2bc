import { expect, test } from 'vitest';
import { createCellDrawings } from '../../pipelines/slide/cell-drawings.ts';
import { createDrawnTeller, DRAWN_IN_MESSAGE } from '../../server/camera/drawn-teller.ts';

const drawing = { outline: [0, 0, 40, 0, 0, 40] };
const kept = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => ({ cell: from + i, quality: 1, drawing }));

test('each drawing is told once, a large number of them in several messages', () => {
  const drawings = createCellDrawings({ classes: [], umPerPx: 0.1 });
  const teller = createDrawnTeller();
  expect(teller.news(drawings, () => true)).toEqual([]);
  drawings.restore(kept(1, DRAWN_IN_MESSAGE + 5));
  expect(teller.news(drawings, () => true)).toHaveLength(DRAWN_IN_MESSAGE);
  expect(teller.settled).toBe(false);
  drawings.restore(kept(2000, 2000));
  expect(teller.news(drawings, (id) => id !== 1001).map(({ id }) => id)).toEqual([1002, 1003, 1004, 1005, 2000]);
  expect(teller.settled).toBe(true);
  expect(teller.news(drawings, () => true)).toEqual([]);
});

test('what was drawn on a map that was cleared is told no more', () => {
  const drawings = createCellDrawings({ classes: [], umPerPx: 0.1 });
  const teller = createDrawnTeller();
  drawings.restore(kept(1, 3));
  drawings.reset();
  teller.clear(drawings);
  drawings.restore(kept(1, 1));
  expect(teller.news(drawings, () => true)).toEqual([{ id: 1, ...drawing }]);
});
