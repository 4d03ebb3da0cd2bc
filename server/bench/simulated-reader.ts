import { type Box, iou, translateBox } from '../../domain/geometry.ts';
import type { Change, ReviewedCell } from '../../domain/review.ts';
import { openReviewWriter } from '../review/review-writer.ts';
import { openReview } from '../review/reviewed-cells.ts';
import { readKeyframes } from '../sessions/session-keyframes.ts';

/** A cell as it truly is: box in pixels of the field. */
export type TrueCell = { readonly class: string; readonly box: Box };

/** What a person needs for each thing: to look a field through, to press a key on a cell, to draw a box. */
export const PACE = { fieldS: 15, keyS: 2, drawS: 5 } as const;

/** What somebody did in the time given. */
export type Corrections = {
  fields: number;
  cells: number;
  reclassified: number;
  uncertain: number;
  deleted: number;
  added: number;
  seconds: number;
};

export const noCorrections = (): Corrections => ({ fields: 0, cells: 0, reclassified: 0, uncertain: 0, deleted: 0, added: 0, seconds: 0 });

const MATCH_IOU = 0.5;

/** Pairs cells with true ones, the best overlaps first. */
const pair = (cells: readonly ReviewedCell[], truth: readonly TrueCell[]): Map<ReviewedCell, TrueCell> => {
  const pairs = cells
    .flatMap((cell) => truth.map((real) => ({ cell, real, overlap: iou(cell.box, real.box) })))
    .filter(({ overlap }) => overlap >= MATCH_IOU)
    .sort((a, b) => b.overlap - a.overlap || a.cell.id - b.cell.id);
  const found = new Map<ReviewedCell, TrueCell>();
  const taken = new Set<TrueCell>();
  for (const { cell, real } of pairs) {
    if (found.has(cell) || taken.has(real)) continue;
    found.set(cell, real);
    taken.add(real);
  }
  return found;
};

/** What has to be corrected in one field. Cells of classes that nobody labelled are marked uncertain, and what waits to be seen whole is left alone. */
const changesFor = (
  island: number,
  cells: readonly ReviewedCell[],
  truth: readonly TrueCell[],
  labelled: ReadonlySet<string>,
): Change[] => {
  const present = cells.filter(({ state }) => state !== 'withdrawn');
  const pairs = pair(present, truth);
  const wrong = Map.groupBy(
    [...pairs].filter(([cell, real]) => cell.state === 'counted' && cell.class !== real.class),
    ([, real]) => real.class,
  );
  const none = present.filter((cell) => cell.state === 'counted' && labelled.has(cell.class) && !pairs.has(cell));
  const unknown = present.filter((cell) => cell.state === 'counted' && !labelled.has(cell.class) && !pairs.has(cell));
  const found = new Set(pairs.values());
  return [
    ...[...wrong].map(([name, own]): Change => ({ kind: 'reclassify', cells: own.map(([{ id }]) => id), class: name })),
    ...(unknown.length > 0 ? [{ kind: 'mark', cells: unknown.map(({ id }) => id), uncertain: true } as const] : []),
    ...(none.length > 0 ? [{ kind: 'delete', cells: none.map(({ id }) => id) } as const] : []),
    ...truth
      .filter((real) => !found.has(real))
      .map(({ class: name, box }): Change => ({ kind: 'add', class: name, island, box: [box[0], box[1], box[2], box[3]] })),
  ];
};

/**
 * Corrects a session as a person with the true labels would, field after field, until the time is over. `truthOf` gives the true cells of
 * what a keyframe shows. Fields that were begun are finished and marked as looked through.
 */
export const correctSession = (
  folder: string,
  truthOf: (keyframe: number) => readonly TrueCell[],
  labelled: ReadonlySet<string>,
  limitS: number,
  done: Corrections,
): void => {
  using writer = openReviewWriter(folder);
  using review = openReview(folder, { reading: 1 });
  const cells = [...review.cells()];
  let at = 0;
  for (const { id, island, x, y } of readKeyframes(folder, { from: 0, limit: 1000, pictures: false }).keyframes) {
    if (done.seconds >= limitS) return;
    const truth = truthOf(id).map((cell) => ({ ...cell, box: translateBox(cell.box, { x, y }) }));
    const own = cells.filter((cell) => cell.island === island);
    const changes = changesFor(island, own, truth, labelled);
    const all: Change[] = [...changes, { kind: 'reviewed', keyframes: [id], reviewed: true }];
    for (const change of all) writer.change({ reading: 1, by: 'simulated reader', change }, ++at);
    done.fields++;
    done.cells += truth.length;
    done.seconds += PACE.fieldS;
    for (const change of changes) {
      const n = 'cells' in change ? change.cells.length : 1;
      if (change.kind === 'add') done.added += n;
      else if (change.kind === 'delete') done.deleted += n;
      else if (change.kind === 'reclassify') done.reclassified += n;
      else done.uncertain += n;
      done.seconds += n * (change.kind === 'add' ? PACE.drawS : PACE.keyS);
    }
  }
};
