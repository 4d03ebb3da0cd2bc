import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { CellRecord } from '../../domain/cell-record.ts';
import { type Box, translateBox } from '../../domain/geometry.ts';
import type { FrameCell, FrameCells, RecordedFrame } from '../../domain/recording.ts';
import type { SessionFrames } from './session-frames.ts';

/** A cell of the map; box in camera pixels on its island. */
export type PlacedCell = Pick<CellRecord, 'id' | 'class' | 'classIndex' | 'state' | 'score' | 'correction' | 'was' | 'uncertain'> & {
  readonly box: Box;
};

/** Cells that overlap a box of an island, withdrawn ones left out. */
export type CellsWithin = (island: number, box: Box) => Iterable<PlacedCell>;

const rounded = (box: Box): [number, number, number, number] =>
  box.map((side) => Math.round(side * 100) / 100) as [number, number, number, number];

const placed = (classes: readonly string[], row: Record<string, SQLOutputValue>): PlacedCell => ({
  id: Number(row['id']),
  class: classes[Number(row['class_index'])] ?? String(row['class_index']),
  classIndex: Number(row['class_index']),
  state: row['state'] as PlacedCell['state'],
  score: Number(row['score']),
  box: [Number(row['x0']), Number(row['y0']), Number(row['x1']), Number(row['y1'])],
});

/** Cells as they were counted. */
export const countedWithin = (database: DatabaseSync, classes: readonly string[]): CellsWithin => {
  const rows = database.prepare(
    "SELECT * FROM cells WHERE island = ? AND x1 > ? AND x0 < ? AND y1 > ? AND y0 < ? AND state != 'withdrawn' ORDER BY id LIMIT 20000",
  );
  return (island, [x0, y0, x1, y1]) => rows.all(island, x0, x1, y0, y1).map((row) => placed(classes, row));
};

/** Cells that flow, where they were in this very frame; none in sessions of before. */
const flowing = (database: DatabaseSync, classes: readonly string[], frame: number): FrameCell[] => {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tracks'").get() === undefined) return [];
  const rows = database.prepare('SELECT track AS id, * FROM tracks WHERE frame = ? ORDER BY track LIMIT 20000').all(frame);
  return rows.map((row) => {
    const cell = placed(classes, row);
    return { ...cell, box: rounded(cell.box), sighted: true };
  });
};

/** Every cell in view of a frame: those on the map through the frame's place, not only those that were detected in it. */
export const frameCellsOf = (
  database: DatabaseSync,
  frames: SessionFrames,
  classes: readonly string[],
  frame: RecordedFrame,
  within: CellsWithin = countedWithin(database, classes),
): FrameCells => {
  const size = frames.sizeOf(frame);
  const { island, x, y } = frame;
  if (island === undefined || x === undefined || y === undefined || size === undefined)
    return { frame, ...size, cells: flowing(database, classes, frame.id) };
  const sighted = frames.sightedIn(frame.id);
  const view: Box = [x, y, x + size.widthPx, y + size.heightPx];
  const cells = [...within(island, view)].map(
    ({ box, ...cell }): FrameCell => ({ ...cell, box: rounded(translateBox(box, { x: -x, y: -y })), sighted: sighted.has(cell.id) }),
  );
  return { frame, place: { island, x, y }, ...size, cells };
};
