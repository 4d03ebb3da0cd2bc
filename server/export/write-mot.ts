import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { CellRecord } from '../../domain/cell-record.ts';
import { csvLine } from '../../domain/csv.ts';
import { type Box, containsBox, translateBox } from '../../domain/geometry.ts';
import { FIRST_REVIEWED_ID } from '../../domain/review.ts';
import { type MotRow, writeMotTruth } from '../../models/evaluate/track/mot-text.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import type { ExportPlace, ExportSighting, ExportSource } from './export-source.ts';

type Row = MotRow & { readonly visible: number };
type Size = { readonly widthPx: number; readonly heightPx: number };

/** The sightings of each frame in which anything was seen. */
function* byFrame(sightings: Iterable<ExportSighting>): Generator<ExportSighting[]> {
  let frame: ExportSighting[] = [];
  for (const one of sightings) {
    if (frame.length > 0 && frame[0]!.frame !== one.frame) {
      yield frame;
      frame = [];
    }
    frame.push(one);
  }
  if (frame.length > 0) yield frame;
}

/** Cells that a reader drew were seen by nobody's network: they are shown in the frames that hold them whole. */
const drawnIn = (drawn: readonly CellRecord[], place: ExportPlace | undefined, { widthPx, heightPx }: Size): ExportSighting[] => {
  if (place === undefined) return [];
  const field: Box = [place.x, place.y, place.x + widthPx, place.y + heightPx];
  return drawn.flatMap(({ id, island, box, classIndex, score }) => {
    if (island !== place.island || !containsBox(field, box)) return [];
    const [x0, y0, x1, y1] = translateBox(box, { x: -place.x, y: -place.y });
    return [{ frame: 0, cell: id, box: [x0, y0, x1, y1], classIndex, score }];
  });
};

/** Rows of one frame, each cell once; frames count from 1. */
const rowsOf = (
  frame: number,
  seen: readonly ExportSighting[],
  known: ReadonlyMap<number, string>,
  mergedInto: ReadonlyMap<number, number>,
) => {
  const rows = new Map<number, Row>();
  for (const { cell, box, score } of seen) {
    let id = cell;
    // A merge may lead to a cell that was merged itself; a circle ends it.
    for (let step = 0, next = mergedInto.get(id); !known.has(id) && next !== undefined && step < 100; step++, next = mergedInto.get(id))
      id = next;
    if (known.has(id) && (rows.get(id)?.score ?? -1) < score) rows.set(id, { frame: frame + 1, id, box, score, visible: 1 });
  }
  return [...rows.values()];
};

const writeMot = async (source: ExportSource, dir: string, { signal }: WriteOptions): Promise<void> => {
  const { facts, frames } = source;
  const known = new Map<number, string>();
  const drawn: CellRecord[] = [];
  for (const cell of source.cells()) {
    known.set(cell.id, cell.class);
    if (cell.id >= FIRST_REVIEWED_ID) drawn.push(cell);
  }
  const size = source.frameSize ?? { widthPx: 0, heightPx: 0 };
  await mkdir(join(dir, 'gt'));
  const truth = createWriteStream(join(dir, 'gt', 'gt.txt'));
  for (const seen of byFrame(source.sightings())) {
    signal?.throwIfAborted();
    const { frame } = seen[0]!;
    const added = drawn.length === 0 ? [] : drawnIn(drawn, source.placeOf(frame), size);
    if (facts.specimen === 'flow')
      for (const { cell, classIndex } of seen) known.set(cell, facts.classes[classIndex] ?? String(classIndex));
    const text = writeMotTruth(rowsOf(frame, [...seen, ...added], known, source.mergedInto));
    if (!truth.write(text)) await once(truth, 'drain');
  }
  truth.end();
  await finished(truth);
  const cells = createWriteStream(join(dir, 'cells.csv'));
  cells.write(csvLine(['id', 'class']));
  for (const [id, name] of known) if (!cells.write(csvLine([id, name]))) await once(cells, 'drain');
  cells.end();
  await finished(cells);
  const fps = frames.durationMs > 0 ? (1000 * (frames.total - 1)) / frames.durationMs : 0;
  const info = {
    name: facts.id,
    imDir: 'img1',
    frameRate: Number(fps.toFixed(3)),
    seqLength: frames.lastId + 1,
    imWidth: size.widthPx,
    imHeight: size.heightPx,
    imExt: '.jpg',
  };
  const lines = Object.entries(info).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(dir, 'seqinfo.ini'), `[Sequence]\n${lines.join('')}`);
};

/**
 * Sightings in the order of frames, as MOTChallenge writes a truth: `gt/gt.txt`, `seqinfo.ini`, and the class of each identity in `cells.csv`, since every
 * tool takes class 1. Frame n of the session is frame n + 1 here. A smear's frames are listed where the network looked.
 */
export const motExport: ExportFormat = {
  format: 'mot',
  label: 'MOTChallenge',
  extension: 'zip',
  mediaType: 'application/zip',
  purpose: 'What was seen of each cell, frame by frame, for TrackEval and motmetrics.',
  flow: true,
  kind: 'folder',
  write: writeMot,
};
