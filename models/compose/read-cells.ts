import { BACKGROUND } from './cell-kinds.ts';
import { type Owners, SOLID } from './mark-patch.ts';

/** A cell in a block: `x0 y0 x1 y1` are the extents of its pixels that are to be seen. */
export type BlockCell = {
  readonly kind: number;
  readonly box: readonly [number, number, number, number];
  readonly areaPx: number;
  /** Cut by the edge of the picture. */
  readonly truncated: boolean;
};

/** The kind of each pixel and the cell of each pixel: 0 nobody, else its place in `cells` from 1. */
export type Read = { readonly kinds: Uint8Array; readonly cellAt: Uint16Array; readonly cells: readonly BlockCell[] };

type Seen = { readonly kind: number; x0: number; readonly y0: number; x1: number; y1: number; areaPx: number };

/** Makes what reads boxes and kinds from the pixels themselves, run by run. The arrays are written over by the next call. */
export const createCellReader = (widthPx: number, heightPx: number) => {
  const kinds = new Uint8Array(widthPx * heightPx);
  const cellAt = new Uint16Array(widthPx * heightPx);
  const numbers = new Uint16Array(SOLID);
  return ({ owner }: Owners, kindOf: (id: number) => number): Read => {
    kinds.fill(BACKGROUND);
    cellAt.fill(0);
    const seen: Seen[] = [];
    const ids: number[] = [];
    for (let y = 0, i = 0; y < heightPx; y++)
      for (const first = i, end = i + widthPx; i < end; ) {
        const who = owner[i]!;
        const from = i;
        do i++;
        while (i < end && owner[i] === who);
        if (who < SOLID) continue;
        const id = who & ~SOLID;
        if (numbers[id] === 0) {
          numbers[id] = seen.push({ kind: kindOf(id), x0: from - first, y0: y, x1: 0, y1: 0, areaPx: 0 });
          ids.push(id);
        }
        const number = numbers[id]!;
        const cell = seen[number - 1]!;
        cell.areaPx += i - from;
        cell.x0 = Math.min(cell.x0, from - first);
        cell.x1 = Math.max(cell.x1, i - first);
        cell.y1 = y + 1;
        for (let at = from; at < i; at++) {
          kinds[at] = cell.kind;
          cellAt[at] = number;
        }
      }
    for (const id of ids) numbers[id] = 0;
    const cells = seen.map(({ kind, x0, y0, x1, y1, areaPx }) => ({
      kind,
      box: [x0, y0, x1, y1] as const,
      areaPx,
      truncated: x0 === 0 || y0 === 0 || x1 === widthPx || y1 === heightPx,
    }));
    return { kinds, cellAt, cells };
  };
};
