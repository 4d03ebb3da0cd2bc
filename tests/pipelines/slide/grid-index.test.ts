import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, overlapArea } from '../../../domain/geometry.ts';
import { createGridIndex } from '../../../pipelines/slide/grid-index.ts';

const box = fc
  .tuple(
    fc.integer({ min: -500, max: 500 }),
    fc.integer({ min: -500, max: 500 }),
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 300 }),
  )
  .map(([x, y, width, height]): Box => [x, y, x + width, y + height]);
const step = fc.record({
  kind: fc.constantFrom('put', 'put', 'move', 'take'),
  item: fc.nat(20),
  island: fc.integer({ min: 1, max: 3 }),
  box,
});

test('finds every item that touches a box, none of another island and none that was taken, whatever was put, moved and taken', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), box), { maxLength: 10 }),
      (steps, queries) => {
        const index = createGridIndex<number>(64);
        const known = new Map<number, { island: number; box: Box }>();
        for (const { kind, item, island, box } of steps) {
          if (kind === 'take') {
            index.take(item);
            known.delete(item);
          } else {
            index.put(item, island, box);
            known.set(item, { island, box });
          }
        }
        for (const [island, query] of queries) {
          const found = index.near(island, query);
          expect(new Set(found).size).toBe(found.length);
          for (const item of found) expect(known.get(item)?.island).toBe(island);
          for (const [item, place] of known) {
            if (place.island === island && overlapArea(place.box, query) > 0) expect(found).toContain(item);
          }
        }
        index.clear();
        expect(index.near(1, [-1_000, -1_000, 1_000, 1_000])).toEqual([]);
      },
    ),
  );
});
