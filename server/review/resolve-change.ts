import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import { type Box, boxCentre, boxHeight, boxWidth, uniteBoxes } from '../../domain/geometry.ts';
import { type Change, FIRST_REVIEWED_ID } from '../../domain/review.ts';
import type { CellBasis, ChangeEntry } from './fold-corrections.ts';
import { BESIDE_SAID, boxOf, COUNTED_COLUMNS, MADE_BY_READER, MADE_COLUMNS } from './reviewed-rows.ts';

/** A change with nothing left to defaults, and what its cells were. */
export type Resolved = Pick<ChangeEntry, 'change' | 'basis'>;

type Current = CellBasis & { readonly state: string; readonly gone: unknown; readonly classIndex: number };

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

/** The class of most cells; the first of equals. */
const commonest = (cells: readonly Current[]): number => {
  const tally = new Map<number, number>();
  for (const { classIndex } of cells) tally.set(classIndex, (tally.get(classIndex) ?? 0) + 1);
  return [...tally].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
};

/** Parts of a cell lie about it: no farther off than it is large. */
const liesAbout = (whole: Box, part: Box): boolean => {
  const { x, y } = boxCentre(part);
  const [width, height] = [boxWidth(whole), boxHeight(whole)];
  return x > whole[0] - width && x < whole[2] + width && y > whole[1] - height && y < whole[3] + height;
};

/** Checks changes against a reading as it stands. Every refusal is a `usage` fault that names what it is about. */
export const createResolver = (
  database: DatabaseSync,
  classes: readonly string[],
): ((reading: ReadingNumber, change: Change) => Resolved) => {
  const counted = database.prepare(`SELECT ${COUNTED_COLUMNS} FROM ${BESIDE_SAID} WHERE c.id = ?2`);
  const made = database.prepare(`SELECT ${MADE_COLUMNS} FROM ${MADE_BY_READER} AND r.cell = ?2`);
  const keyframeAt = database.prepare(
    `SELECT k.id, f.at_ms AS at FROM keyframes k LEFT JOIN frames f ON f.keyframe = k.id
     WHERE k.island = ?1 AND k.x <= ?2 AND k.x + k.width_px >= ?2 AND k.y <= ?3 AND k.y + k.height_px >= ?3 ORDER BY k.id LIMIT 1`,
  );
  const frameAt = database.prepare(
    `SELECT f.at_ms AS at FROM frames f, (SELECT width_px AS w, height_px AS h FROM keyframes LIMIT 1)
     WHERE f.island = ?1 AND f.x <= ?2 AND f.x + w >= ?2 AND f.y <= ?3 AND f.y + h >= ?3 LIMIT 1`,
  );
  const keyframe = database.prepare('SELECT 1 FROM keyframes WHERE id = ?');

  const current = (reading: ReadingNumber, id: number): Current => {
    const row = (id >= FIRST_REVIEWED_ID ? made : counted).get(reading, id);
    if (row === undefined) throw refuse(`no cell ${id} in this reading`, 'its list of cells has the ids');
    if (row['state'] === 'withdrawn')
      throw row['gone'] === null
        ? refuse(`cell ${id} was taken back by the count`, 'its story says why')
        : refuse(`cell ${id} is ${row['gone']} already`, 'undo that first');
    return {
      firstSeenMs: Number(row['first_seen_ms']),
      lastSeenMs: Number(row['last_seen_ms']),
      island: Number(row['island']),
      box: boxOf(row),
      state: String(row['state']),
      gone: row['gone'],
      classIndex: Number(row['class_index']),
    };
  };
  const known = (name: string): void => {
    if (!classes.includes(name)) throw refuse(`no class ${name}`, `this session has ${classes.join(', ')}`);
  };
  const place = (island: number, box: Box): CellBasis => {
    const { x, y } = boxCentre(box);
    const row = keyframeAt.get(island, x, y) ?? frameAt.get(island, x, y);
    if (row === undefined)
      throw refuse(
        `the box ${box.map(Math.round).join(', ')} lies outside of what was seen of island ${island}`,
        'draw it on the slide map',
      );
    const at = Number(row['at'] ?? 0);
    return { firstSeenMs: at, lastSeenMs: at, island, box };
  };

  return (reading, change) => {
    switch (change.kind) {
      case 'reclassify':
        known(change.class);
        break;
      case 'add':
        known(change.class);
        return { change, basis: [place(change.island, change.box)] };
      case 'split': {
        const whole = current(reading, change.cell);
        for (const { class: name, box } of change.into) {
          known(name);
          if (!liesAbout(whole.box, box))
            throw refuse(`the box ${box.map(Math.round).join(', ')} lies outside of cell ${change.cell}`, 'draw its parts upon it');
        }
        return { change, basis: [whole] };
      }
      case 'merge': {
        const cells = [...new Set(change.cells)];
        if (cells.length < 2) throw refuse('one cell alone cannot be merged', 'name two or more');
        const whole = cells.map((cell) => current(reading, cell));
        const stray = whole.findIndex(({ island }) => island !== whole[0]!.island);
        if (stray > 0)
          throw refuse(`cells ${cells[0]} and ${cells[stray]} lie on different pieces of the map`, 'merge cells of one piece alone');
        const name = change.class ?? classes[commonest(whole)];
        if (name === undefined) throw refuse('these cells have no class of this session', 'name the class');
        known(name);
        const around = whole.map(({ box }) => box).reduce(uniteBoxes);
        if (change.box !== undefined && !liesAbout(around, change.box))
          throw refuse(`the box ${change.box.map(Math.round).join(', ')} lies outside of the cells that are merged`, 'draw it around them');
        const box = change.box ?? [around[0], around[1], around[2], around[3]];
        return { change: { ...change, cells, class: name, box }, basis: whole };
      }
      case 'reviewed': {
        const keyframes = [...new Set(change.keyframes)];
        const stray = keyframes.find((id) => keyframe.get(id) === undefined);
        if (stray !== undefined) throw refuse(`no field ${stray} in this session`, 'its list of fields has the ids');
        return { change: { ...change, keyframes }, basis: [] };
      }
      default:
        break;
    }
    const cells = [...new Set(change.cells)];
    return { change: { ...change, cells }, basis: cells.map((cell) => current(reading, cell)) };
  };
};
