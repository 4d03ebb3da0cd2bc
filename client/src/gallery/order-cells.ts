import type { CellRecord } from '../../../domain/cell-record.ts';
import { sizeUm } from '../cell/cell-words.ts';

export type CellSort = 'seen' | 'score' | 'size';

/** Which cells are shown, and in which order. Bounds are inclusive; an absent upper one is none. */
export type CellWish = {
  readonly class: string | undefined;
  /** Absent: all but the withdrawn. */
  readonly state: CellRecord['state'] | undefined;
  readonly sort: CellSort;
  readonly descending: boolean;
  readonly leastScore: number;
  readonly mostScore: number;
  readonly leastUm: number;
  readonly mostUm: number | undefined;
};

/** Everything, least certain first. */
export const ALL_CELLS: CellWish = {
  class: undefined,
  state: undefined,
  sort: 'score',
  descending: false,
  leastScore: 0,
  mostScore: 1,
  leastUm: 0,
  mostUm: undefined,
};

export const isWished = (cell: CellRecord, wish: CellWish): boolean => {
  if (wish.class !== undefined && cell.class !== wish.class) return false;
  if (wish.state === undefined ? cell.state === 'withdrawn' : cell.state !== wish.state) return false;
  if (cell.score < wish.leastScore || cell.score > wish.mostScore) return false;
  const um = sizeUm(cell);
  return um >= wish.leastUm && um <= (wish.mostUm ?? Number.POSITIVE_INFINITY);
};

const sortKeys: Record<CellSort, (cell: CellRecord) => number> = {
  seen: ({ firstSeenMs }) => firstSeenMs,
  score: ({ score }) => score,
  size: sizeUm,
};

/** Ids of the wished cells in their order; cells that are alike stand by their ids. */
export const orderCells = (cells: Iterable<CellRecord>, wish: CellWish): number[] => {
  const key = sortKeys[wish.sort];
  const sign = wish.descending ? -1 : 1;
  return [...cells]
    .filter((cell) => isWished(cell, wish))
    .map((cell) => ({ id: cell.id, key: key(cell) }))
    .toSorted((a, b) => sign * (a.key - b.key) || a.id - b.id)
    .map(({ id }) => id);
};
