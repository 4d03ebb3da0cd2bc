import { type Box, iou, translateBox } from '../../domain/geometry.ts';
import type { TrueCell } from '../../domain/scan-truth.ts';
import { createGridIndex } from '../../pipelines/slide/grid-index.ts';

/** A counted cell on its island, and where that island's origin lies on the slide. */
export type PlacedCell = { readonly class: string; readonly box: Box; readonly origin: { readonly x: number; readonly y: number } };

export type Matched = {
  /** Pairs of a counted cell with a true one of its class that was to be seen. */
  readonly matched: number;
  readonly counted: number;
  readonly truth: number;
  /** Pairs whose classes differ, counted cells that lie on nothing, and true ones that nothing lies on. */
  readonly otherClass: number;
  readonly extra: number;
  readonly missed: number;
};

const MATCH_IOU = 0.4;

/** Pairs counted cells with true ones on the slide, the most alike first, each at most once. */
export const matchTruth = (counted: readonly PlacedCell[], cells: readonly TrueCell[]): Matched => {
  const seen = cells.filter((cell) => cell.seen);
  const index = createGridIndex<TrueCell>(128);
  for (const cell of seen) index.put(cell, 1, cell.box);
  const pairs = counted.flatMap((one) => {
    const box = translateBox(one.box, one.origin);
    return index.near(1, box).map((cell) => ({ one, cell, same: iou(box, cell.box) }));
  });
  const takenCounted = new Set<PlacedCell>();
  const takenTrue = new Set<TrueCell>();
  let matched = 0;
  let otherClass = 0;
  for (const { one, cell, same } of pairs.sort((a, b) => b.same - a.same)) {
    if (same < MATCH_IOU) break;
    if (takenCounted.has(one) || takenTrue.has(cell)) continue;
    takenCounted.add(one);
    takenTrue.add(cell);
    if (one.class === cell.class) matched++;
    else otherClass++;
  }
  return {
    matched,
    counted: counted.length,
    truth: seen.length,
    otherClass,
    extra: counted.length - takenCounted.size,
    missed: seen.length - takenTrue.size,
  };
};

/** Harmonic mean of the shares of counted and of true cells that are matched; 1 of nothing. */
export const f1Of = ({ matched, counted, truth }: Pick<Matched, 'matched' | 'counted' | 'truth'>): number =>
  counted + truth === 0 ? 1 : (2 * matched) / (counted + truth);
