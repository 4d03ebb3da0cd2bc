import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MapNews } from '../../server/camera/camera-messages.ts';
import { createMapMirror } from '../../server/camera/map-mirror.ts';

const id = fc.integer({ min: 1, max: 12 });
const place = fc.record({ island: fc.constant(1), x: fc.integer({ min: 0, max: 99 }), y: fc.integer({ min: 0, max: 99 }) });
const keyframe = fc.tuple(id, place, fc.boolean()).map(([n, at, pictured]) => ({
  id: n,
  ...at,
  widthPx: 4,
  heightPx: 3,
  ...(pictured ? { picture: new Uint8Array([n, at.x, at.y]) } : {}),
}));
const cell = fc
  .tuple(id, place, fc.integer({ min: 0, max: 2 }))
  .map(([n, at, classIndex]) => ({ id: n, ...at, classIndex, widthPx: 9, heightPx: 8, score: 0.5, state: 'counted' as const }));
const news = fc
  .tuple(
    fc.boolean(),
    fc.uniqueArray(keyframe, { selector: (one) => one.id }),
    fc.uniqueArray(cell, { selector: (one) => one.id }),
    fc.array(id),
  )
  .map(
    ([whole, keyframes, cells, removed]): MapNews => ({
      type: 'map',
      whole,
      keyframes,
      cells,
      removedCells: removed.filter((n) => !cells.some((one) => one.id === n)),
    }),
  );

test('whoever joins late has the same map as whoever heard all the news', () => {
  fc.assert(
    fc.property(fc.array(news, { maxLength: 12 }), (told) => {
      const mirror = createMapMirror();
      for (const one of told) mirror.apply(one);
      const late = createMapMirror();
      for (const one of mirror.whole()) late.apply(one);
      expect(late.whole()).toEqual(mirror.whole());
      const cells = new Map<number, unknown>();
      for (const one of told) {
        if (one.whole) cells.clear();
        for (const each of one.cells) cells.set(each.id, each);
        for (const gone of one.removedCells) cells.delete(gone);
      }
      expect(mirror.whole()[0]?.cells).toEqual([...cells.values()]);
    }),
  );
});

test('a keyframe that moves keeps its picture', () => {
  const mirror = createMapMirror();
  const picture = new Uint8Array([1]);
  const at = { id: 1, island: 1, x: 0, y: 0, widthPx: 4, heightPx: 3 };
  mirror.apply({ type: 'map', whole: false, keyframes: [{ ...at, picture }], cells: [], removedCells: [] });
  mirror.apply({ type: 'map', whole: false, keyframes: [{ ...at, x: 9 }], cells: [], removedCells: [] });
  expect(mirror.whole()[0]?.keyframes).toEqual([{ ...at, x: 9, picture }]);
});

test('a large map goes out in several messages, of which the first replaces', () => {
  const mirror = createMapMirror();
  const keyframes = Array.from({ length: 600 }, (_, i) => ({ id: i + 1, island: 1, x: i, y: 0, widthPx: 4, heightPx: 3 }));
  mirror.apply({ type: 'map', whole: false, keyframes, cells: [], removedCells: [] });
  const messages = mirror.whole();
  expect(messages.map(({ whole }) => whole)).toEqual([true, false, false]);
  expect(messages.flatMap((message) => message.keyframes)).toEqual(keyframes);
});

test('ground that is not counted is told whole whenever it changes, and to who joins late', () => {
  const mirror = createMapMirror();
  const square = { kind: 'thick' as const, island: 1, x: 0, y: 0, sidePx: 350 };
  const news = { type: 'map' as const, whole: false, keyframes: [], cells: [], removedCells: [] };
  mirror.apply({ ...news, ground: [square] });
  mirror.apply(news);
  expect(mirror.whole()[0]).toMatchObject({ ground: [square] });
  mirror.apply({ ...news, ground: [] });
  expect(mirror.whole()[0]).not.toHaveProperty('ground');
});

test('ground that was looked at is told in pieces, and to who joins late', () => {
  const mirror = createMapMirror();
  const tile = (x: number) => ({ keyframe: 1, box: [x, 0, x + 9, 9] as [number, number, number, number] });
  const news = { type: 'map' as const, whole: false, keyframes: [], cells: [], removedCells: [] };
  mirror.apply({ ...news, looked: { whole: false, tiles: [tile(0)] } });
  mirror.apply({ ...news, looked: { whole: false, tiles: [tile(10)] } });
  expect(mirror.whole()[0]).toMatchObject({ looked: { whole: false, tiles: [tile(0), tile(10)] } });
  mirror.apply({ ...news, looked: { whole: true, tiles: [tile(20)] } });
  expect(mirror.whole()[0]).toMatchObject({ looked: { tiles: [tile(20)] } });
});

test('a map of very many cells goes out in pieces that together hold each once', () => {
  const mirror = createMapMirror();
  const cells = Array.from({ length: 25_000 }, (_, i) => ({
    id: i + 1,
    island: 1,
    classIndex: 0,
    x: i,
    y: 0,
    widthPx: 9,
    heightPx: 9,
    score: 0.5,
    state: 'counted' as const,
  }));
  mirror.apply({ type: 'map', whole: false, keyframes: [], cells, removedCells: [] });
  const messages = mirror.whole();
  expect(messages.length).toBeGreaterThan(1);
  expect(messages.map(({ whole }) => whole)).toEqual(messages.map((_, i) => i === 0));
  expect(messages.flatMap((message) => message.cells)).toEqual(cells);
});

test('how cells are drawn is told once, better ones replace, gone ones go, and who joins late has all after their cells', () => {
  const mirror = createMapMirror();
  const news = { type: 'map' as const, whole: false, keyframes: [], cells: [], removedCells: [] };
  const cells = Array.from({ length: 11_000 }, (_, i) => ({
    ...{ id: i + 1, island: 1, classIndex: 0, x: i, y: 0 },
    ...{ widthPx: 9, heightPx: 9, score: 0.5, state: 'counted' as const },
  }));
  const drawn = cells.map(({ id }) => ({ id, outline: [0, 0, id, 0, 0, 9] }));
  mirror.apply({ ...news, cells, drawn });
  mirror.apply({ ...news, drawn: [{ id: 2, outline: [1, 1, 2, 2, 3, 1], pallor: 0.3 }], removedCells: [3] });
  const known = new Set<number>();
  const late = new Map<number, unknown>();
  for (const message of mirror.whole()) {
    for (const { id } of message.cells) known.add(id);
    expect(message.drawn?.length ?? 0).toBeLessThanOrEqual(1000);
    for (const one of message.drawn ?? []) {
      expect(known.has(one.id)).toBe(true);
      late.set(one.id, one);
    }
  }
  expect(late.size).toBe(10_999);
  expect(late.get(2)).toEqual({ id: 2, outline: [1, 1, 2, 2, 3, 1], pallor: 0.3 });
  mirror.clear();
  expect(mirror.whole()[0]).not.toHaveProperty('drawn');
});
