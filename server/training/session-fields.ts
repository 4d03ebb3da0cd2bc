import { existsSync } from 'node:fs';
import { FaultError } from '../../domain/fault.ts';
import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import type { RecordedKeyframe } from '../../domain/recorded-keyframe.ts';
import type { ReviewedCell } from '../../domain/review.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { type LabelledGround, labelField } from '../../models/from-sessions/label-field.ts';
import { openReview } from '../review/reviewed-cells.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import { readKeyframes } from '../sessions/session-keyframes.ts';
import { openSessionReader } from '../sessions/session-reader.ts';

/** A field of a session that something can be learned from. */
export type SessionField = LabelledGround & {
  readonly session: string;
  readonly slide: string;
  readonly keyframe: number;
  readonly island: number;
  readonly picture: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly umPerPx: number;
  /** Whether all of it was looked through. */
  readonly reviewed: boolean;
};

export type SessionFields = {
  readonly facts: SessionFacts;
  readonly slide: string;
  readonly fields: readonly SessionField[];
  /** Fields whose picture is not kept. */
  readonly withoutPicture: number;
};

const KEYFRAMES_AT_ONCE = 1000;

const allKeyframes = (folder: string): RecordedKeyframe[] => {
  const keyframes: RecordedKeyframe[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page = readKeyframes(folder, { from, limit: KEYFRAMES_AT_ONCE, pictures: false });
    keyframes.push(...page.keyframes);
    from = page.next;
  }
  return keyframes;
};

const groundOf = ({ x, y, widthPx, heightPx }: RecordedKeyframe): Box => [x, y, x + widthPx, y + heightPx];

/** Cells by island and by squares of the map's pixels, so that a large session is not gone through for each of its fields. */
const indexCells = (cells: Iterable<ReviewedCell>, squarePx: number): ((island: number, box: Box) => ReviewedCell[]) => {
  const squares = new Map<string, ReviewedCell[]>();
  const key = (island: number, x: number, y: number): string => `${island} ${x} ${y}`;
  const range = (low: number, high: number): number[] => {
    const [first, last] = [Math.floor(low / squarePx), Math.floor(high / squarePx)];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  };
  const over = (box: Box, visit: (x: number, y: number) => void): void => {
    for (const x of range(box[0], box[2])) for (const y of range(box[1], box[3])) visit(x, y);
  };
  for (const cell of cells)
    over(cell.box, (x, y) => {
      const at = key(cell.island, x, y);
      const list = squares.get(at);
      if (list === undefined) squares.set(at, [cell]);
      else list.push(cell);
    });
  return (island, box) => {
    const found = new Set<ReviewedCell>();
    over(box, (x, y) => {
      for (const cell of squares.get(key(island, x, y)) ?? []) if (intersectBoxes(cell.box, box) !== undefined) found.add(cell);
    });
    return [...found].sort((a, b) => a.id - b.id);
  };
};

/**
 * The fields of a session that were looked through or have corrected cells, labelled as the first reading has them.
 * Faults: `data` where the folder holds no session, or its cells flow.
 */
export const readSessionFields = (id: string, folder: string): SessionFields => {
  using reader = openSessionReader(folder);
  const facts = reader.facts();
  if (facts.specimen !== 'smear')
    throw new FaultError({
      kind: 'data',
      path: folder,
      what: 'cells that flow have no slide to learn from',
      remedy: 'leave this session out',
    });
  const slide = facts.specimenId?.trim() || id;
  using review = openReview(folder, { reading: 1 });
  const keyframes = allKeyframes(folder);
  const looked = new Set(review.reviewedKeyframes());
  const reviewedOn = new Map<number, Box[]>();
  for (const keyframe of keyframes)
    if (looked.has(keyframe.id)) reviewedOn.set(keyframe.island, [...(reviewedOn.get(keyframe.island) ?? []), groundOf(keyframe)]);
  const widest = keyframes.reduce((most, { widthPx }) => Math.max(most, widthPx), 256);
  const cellsIn = indexCells(review.cells({ withdrawn: true }), widest / 2);
  const fields: SessionField[] = [];
  let withoutPicture = 0;
  for (const keyframe of keyframes) {
    const box = groundOf(keyframe);
    const cells = cellsIn(keyframe.island, box);
    const isReviewed = looked.has(keyframe.id);
    if (!isReviewed && !cells.some(({ correction, uncertain }) => correction !== undefined && !uncertain)) continue;
    const reviewed = (reviewedOn.get(keyframe.island) ?? []).filter((area) => intersectBoxes(area, box) !== undefined);
    const labelled = labelField({ box, reviewed, cells });
    if (!isReviewed && labelled.corrections === 0) continue;
    const picture = keyframePictureFile(folder, keyframe.id);
    if (!existsSync(picture)) {
      withoutPicture++;
      continue;
    }
    const { id: number, island, widthPx, heightPx } = keyframe;
    const umPerPx = facts.umPerPx ?? 1;
    fields.push({ ...labelled, session: id, slide, keyframe: number, island, picture, widthPx, heightPx, umPerPx, reviewed: isReviewed });
  }
  return { facts, slide, fields, withoutPicture };
};
