import { iou } from '../../domain/geometry.ts';
import type { ReviewedCell } from '../../domain/review.ts';

/** One thing that both readers were shown; a side is absent where it is no cell to that reader. */
export type Rated = { readonly first: ReviewedCell | undefined; readonly second: ReviewedCell | undefined };

/** Boxes that agree so far are the same cell to two readers who drew them. */
const SAME = 0.4;

/** Box sides differ by so much at most that cells of the same bin or of neighbouring ones are all that can overlap. */
const binsOf = ({ island, box }: ReviewedCell, sidePx: number): string[] => {
  const bins: string[] = [];
  for (let x = Math.floor(box[0] / sidePx); x <= Math.floor(box[2] / sidePx); x++)
    for (let y = Math.floor(box[1] / sidePx); y <= Math.floor(box[3] / sidePx); y++) bins.push(`${island} ${x} ${y}`);
  return bins;
};

/** Pairs cells of two readers by their boxes, the most alike first. */
const pairByPlace = (first: readonly ReviewedCell[], second: readonly ReviewedCell[]): Map<number, number> => {
  const sidePx = Math.max(1, ...[...first, ...second].map(({ box }) => Math.max(box[2] - box[0], box[3] - box[1])));
  const near = new Map<string, number[]>();
  second.forEach((cell, j) => {
    for (const bin of binsOf(cell, sidePx)) near.set(bin, [...(near.get(bin) ?? []), j]);
  });
  const pairs = first.flatMap((cell, i) =>
    [...new Set(binsOf(cell, sidePx).flatMap((bin) => near.get(bin) ?? []))].flatMap((j) => {
      const alike = second[j]!.island === cell.island ? iou(cell.box, second[j]!.box) : 0;
      return alike >= SAME ? [{ i, j, alike }] : [];
    }),
  );
  pairs.sort((a, b) => b.alike - a.alike || a.i - b.i || a.j - b.j);
  const paired = new Map<number, number>();
  const taken = new Set<number>();
  for (const { i, j } of pairs) {
    if (paired.has(i) || taken.has(j)) continue;
    paired.set(i, j);
    taken.add(j);
  }
  return paired;
};

/**
 * Lays two readings beside each other. Counted cells are the same by their id; what only one of them has (drawn, split, merged, or deleted
 * by the other) is paired by place. What both deleted stays, as a thing that both say is no cell; what neither was shown as a counted cell
 * is left out.
 */
export const matchReadings = (first: Iterable<ReviewedCell>, second: Iterable<ReviewedCell>): Rated[] => {
  const theirs = new Map([...second].map((cell) => [cell.id, cell]));
  const rated: Rated[] = [];
  const firstAlone: ReviewedCell[] = [];
  const secondAlone: ReviewedCell[] = [];
  for (const mine of first) {
    // Cells that readers made have numbers of their own.
    const other = theirs.get(mine.id);
    if (other !== undefined) theirs.delete(mine.id);
    const [a, b] = [mine.state === 'counted', other?.state === 'counted'];
    if (a && b) rated.push({ first: mine, second: other });
    else if (a) firstAlone.push(mine);
    else if (b) secondAlone.push(other!);
    else if (mine.correction === 'deleted' && other?.correction === 'deleted') rated.push({ first: mine, second: other });
  }
  for (const other of theirs.values()) if (other.state === 'counted') secondAlone.push(other);
  const paired = pairByPlace(firstAlone, secondAlone);
  const met = new Set(paired.values());
  firstAlone.forEach((cell, i) => {
    const j = paired.get(i);
    rated.push({ first: cell, second: j === undefined ? undefined : secondAlone[j] });
  });
  secondAlone.forEach((cell, j) => {
    if (!met.has(j)) rated.push({ first: undefined, second: cell });
  });
  return rated;
};
