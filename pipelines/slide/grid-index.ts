import type { Box } from '../../domain/geometry.ts';

/** A spatial index over boxes, by the square of a grid in which each centre lies. What a query costs does not depend on how many lie elsewhere. */
export type GridIndex<Item> = {
  put(item: Item, island: number, box: Box): void;
  take(item: Item): void;
  /** Items that may touch the box; the caller tests them. In the order in which they were put into each square. */
  near(island: number, box: Box): Item[];
  clear(): void;
};

/** `slackPx` is how far an item may have moved since it was put. */
export const createGridIndex = <Item>(sizePx: number, slackPx = 0): GridIndex<Item> => {
  let squares = new Map<number, Set<Item>>();
  let homes = new Map<Item, Set<Item>>();
  let reachPx = slackPx;
  const keyOf = (island: number, i: number, j: number): number => (island * 0x100000 + (i + 0x80000)) * 0x100000 + (j + 0x80000);
  return {
    put: (item, island, box) => {
      homes.get(item)?.delete(item);
      const i = Math.floor((box[0] + box[2]) / 2 / sizePx);
      const j = Math.floor((box[1] + box[3]) / 2 / sizePx);
      const key = keyOf(island, i, j);
      const square = squares.get(key) ?? new Set();
      squares.set(key, square.add(item));
      homes.set(item, square);
      reachPx = Math.max(reachPx, (box[2] - box[0]) / 2 + slackPx, (box[3] - box[1]) / 2 + slackPx);
    },
    take: (item) => {
      homes.get(item)?.delete(item);
      homes.delete(item);
    },
    near: (island, box) => {
      const items: Item[] = [];
      const j1 = Math.floor((box[3] + reachPx) / sizePx);
      const i1 = Math.floor((box[2] + reachPx) / sizePx);
      for (let j = Math.floor((box[1] - reachPx) / sizePx); j <= j1; j++) {
        for (let i = Math.floor((box[0] - reachPx) / sizePx); i <= i1; i++) {
          for (const item of squares.get(keyOf(island, i, j)) ?? []) items.push(item);
        }
      }
      return items;
    },
    clear: () => {
      squares = new Map();
      homes = new Map();
      reachPx = slackPx;
    },
  };
};
