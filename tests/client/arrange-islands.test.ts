import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrangeIslands } from '../../client/src/map/arrange-islands.ts';
import { type Box, overlapArea } from '../../domain/geometry.ts';

const keyframe = fc.record({
  island: fc.integer({ min: 1, max: 6 }),
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  widthPx: fc.constant(1280),
  heightPx: fc.constant(720),
});

test('an empty map has no arrangement', () => {
  expect(arrangeIslands([], 1.5)).toBeUndefined();
});

test('islands lie apart from each other and within the world', () => {
  fc.assert(
    fc.property(fc.array(keyframe, { minLength: 1, maxLength: 30 }), fc.double({ min: 0.3, max: 3, noNaN: true }), (keyframes, aspect) => {
      const arrangement = arrangeIslands(keyframes, aspect)!;
      const { world } = arrangement;
      const boxes = [...arrangement.islands.values()].map(({ extent, shift }): Box => {
        const x = extent.x + shift.x;
        const y = extent.y + shift.y;
        return [x, y, x + extent.width, y + extent.height];
      });
      expect(boxes).toHaveLength(new Set(keyframes.map(({ island }) => island)).size);
      boxes.forEach((box, i) => {
        expect(box[0]).toBeGreaterThanOrEqual(-1e-6);
        expect(box[1]).toBeGreaterThanOrEqual(-1e-6);
        expect(box[2]).toBeLessThanOrEqual(world.width + 1e-6);
        expect(box[3]).toBeLessThanOrEqual(world.height + 1e-6);
        for (const other of boxes.slice(i + 1)) expect(overlapArea(box, other)).toBeLessThan(1e-3);
      });
    }),
  );
});

test('each keyframe lies within its island', () => {
  fc.assert(
    fc.property(fc.array(keyframe, { minLength: 1, maxLength: 30 }), (keyframes) => {
      const { islands } = arrangeIslands(keyframes, 1)!;
      for (const { island, x, y, widthPx, heightPx } of keyframes) {
        const { extent } = islands.get(island)!;
        expect(x).toBeGreaterThanOrEqual(extent.x);
        expect(y).toBeGreaterThanOrEqual(extent.y);
        expect(x + widthPx).toBeLessThanOrEqual(extent.x + extent.width);
        expect(y + heightPx).toBeLessThanOrEqual(extent.y + extent.height);
      }
    }),
  );
});
