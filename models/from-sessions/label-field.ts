import { type Box, boxArea, boxCentre, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { ReviewedCell } from '../../domain/review.ts';
import type { Mark } from '../datasets/dataset.ts';

/** A picture of the slide and what a review says of the ground it shows; boxes in camera pixels on its island. */
export type ReviewedGround = {
  /** What the picture shows. */
  readonly box: Box;
  /** Fields on this island that were looked through. */
  readonly reviewed: readonly Box[];
  /** The island's cells as corrected, withdrawn ones too. */
  readonly cells: readonly ReviewedCell[];
};

/** What can be learned from a picture; boxes in its own pixels. */
export type LabelledGround = {
  readonly marks: readonly Mark[];
  readonly ignored: readonly Box[];
  /** Cells on it that a person corrected. */
  readonly corrections: number;
  /** How much the count was off here, and how unsure it was: a wrong cell weighs as much as several unsure ones. */
  readonly hardness: number;
};

/** A cell is asked for where so much of it is on the picture; of less, nobody is asked. */
const ASKED_SHARE = 0.5;
/** Of a cell that stands as it was counted with no confidence at all, against one that was wrong. */
const UNSURE = 0.25;

/** What is left of a box around a hole: up to four boxes. */
const around = (box: Box, hole: Box): Box[] => {
  const common = intersectBoxes(box, hole);
  if (common === undefined) return [box];
  const [x0, y0, x1, y1] = box;
  const strips: Box[] = [
    [x0, y0, x1, common[1]],
    [x0, common[3], x1, y1],
    [x0, common[1], common[0], common[3]],
    [common[2], common[1], x1, common[3]],
  ];
  return strips.filter((strip) => boxArea(strip) > 0);
};

type Verdict = 'cell' | 'ignored' | 'background';

/**
 * What a cell teaches. A corrected one is known wherever it lies; what stands as it was counted is known only where the field was looked
 * through, and a deleted one is background only there. Nobody is asked about cells marked uncertain, cut by the field's edge or on ground left out.
 */
const verdictOf = ({ state, correction, uncertain }: ReviewedCell, wasReviewed: boolean): Verdict => {
  if (uncertain) return 'ignored';
  if (state === 'withdrawn') return correction === 'deleted' && !wasReviewed ? 'ignored' : 'background';
  if (correction !== undefined) return 'cell';
  return wasReviewed && state === 'counted' ? 'cell' : 'ignored';
};

const isCorrected = ({ correction, state }: ReviewedCell): boolean =>
  // Of a split or merge the cells that came of it are counted, not those that went into it.
  correction !== undefined && (state !== 'withdrawn' || correction === 'deleted');

/** Labels one picture from a review: cells, and the parts that are neither cell nor background. */
export const labelField = ({ box: field, reviewed, cells }: ReviewedGround): LabelledGround => {
  const marks: Mark[] = [];
  const corner = { x: -field[0], y: -field[1] };
  const ignored = reviewed.reduce<Box[]>((left, area) => left.flatMap((part) => around(part, area)), [field]);
  let corrections = 0;
  let hardness = 0;
  for (const cell of cells) {
    const visible = intersectBoxes(cell.box, field);
    if (visible === undefined) continue;
    const share = boxArea(visible) / boxArea(cell.box);
    const { x, y } = boxCentre(cell.box);
    const wasReviewed = reviewed.some((area) => x >= area[0] && x < area[2] && y >= area[1] && y < area[3]);
    const verdict = verdictOf(cell, wasReviewed);
    if (share >= ASKED_SHARE && isCorrected(cell)) {
      corrections++;
      hardness++;
    } else if (verdict === 'cell') hardness += UNSURE * (1 - Math.min(1, Math.max(0, cell.score)));
    if (verdict === 'cell' && share >= ASKED_SHARE) marks.push({ label: cell.class, box: translateBox(visible, corner) });
    else if (verdict !== 'background') ignored.push(visible);
  }
  return { marks, ignored: ignored.map((part) => translateBox(part, corner)), corrections, hardness };
};
