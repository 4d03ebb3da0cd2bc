import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Agreement, AgreementQuery } from '../../domain/agreement.ts';
import type { CellPage, CellQuery, CellSighting, CellStory, ReadingNumber } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import { type LedgerEntry, ledgerEntry } from '../../domain/ledger.ts';
import type { FrameCells, RecordedFrame } from '../../domain/recording.ts';
import type { CorrectionPage, CorrectionQuery, ReviewedStory, ReviewState, Signature } from '../../domain/review.ts';
import { type SessionDetail, type SessionFacts, type SessionSummary, sessionFacts } from '../../domain/session.ts';
import type { SizeDistribution, SizesQuery } from '../../domain/size-distribution.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { agreementOf } from '../review/agreement-of.ts';
import { cellPageOf } from '../review/cell-pages.ts';
import { reviewedStoryOf } from '../review/cell-story.ts';
import { cutMadeCell } from '../review/cut-made-cell.ts';
import { correctionPageOf } from '../review/review-history.ts';
import { reviewStateOf } from '../review/review-state.ts';
import { boxOf, type Row, recordOf } from '../review/reviewed-rows.ts';
import { reviewedWithin } from '../review/reviewed-within.ts';
import { verifySignatures } from '../review/sign-reading.ts';
import { createCropPlaces } from './crop-place.ts';
import { createFootage, type Footage } from './footage.ts';
import { frameCellsOf } from './frame-cells.ts';
import { openSessionToRead } from './session-database.ts';
import { createSessionFrames, type SessionFrames } from './session-frames.ts';
import { sizesOfSession } from './session-sizes.ts';
import { createDrawingReader } from './stored-drawing.ts';

export type Crop = { readonly version: number; readonly jpeg: Uint8Array };

export type SessionExtent = {
  readonly frames: number;
  readonly lastMs: number;
  readonly ledger: number;
  readonly cells: number;
  readonly videos: readonly { readonly file: string; readonly startMs: number }[];
};

/** Reads one session, also while a camera writes it. Every call sees what was committed before it. */
export type SessionReader = Disposable & {
  facts(): SessionFacts;
  /** Without what only the server knows: whether a camera writes it now. */
  summary(): Omit<SessionSummary, 'live' | 'recording'>;
  detail(): Pick<SessionDetail, 'settings' | 'events' | 'runs'>;
  /** How much is on disk, and where each video begins on the session's clock. */
  extent(): SessionExtent;
  cells(query: CellQuery): CellPage;
  cell(id: number): CellStory | undefined;
  sizes(query: SizesQuery): SizeDistribution;
  /** Likewise of a reading, with what its reader did. */
  story(id: number, reading: ReadingNumber): ReviewedStory | undefined;
  review(reading: ReadingNumber): ReviewState;
  corrections(query: CorrectionQuery): CorrectionPage;
  /** Of both readings, each checked against what it covers. */
  signatures(): Signature[];
  /** Of the two readings. Throws a `usage` fault where there are none. */
  agreement(query: AgreementQuery): Agreement;
  crop(cell: number): Crop | undefined;
  /** The picture of a cell that a reader made. */
  madeCrop(cell: number): Promise<Crop | undefined>;
  readonly frames: SessionFrames;
  /** The pictures in its videos. */
  readonly footage: Footage;
  /** Every cell in view of a frame, as counted or as a reading has them. */
  cellsInView(frame: RecordedFrame, reading?: ReadingNumber): FrameCells;
};

const MOST_STORY = 10_000;

/** Sum over the videos of where each ends; its last frame is found from the end. */
const VIDEO_MS = `SELECT sum(ms) FROM
  (SELECT (SELECT video_ms FROM video_frames s WHERE s.video = v.video ORDER BY s.frame DESC LIMIT 1) AS ms FROM videos v)`;

const entryOf = ({ at_ms: atMs, was, other, x0: _x0, y0: _y0, x1: _x1, y1: _y1, ...rest }: Row, box: LedgerEntry['box']): LedgerEntry =>
  ledgerEntry.parse({ ...rest, atMs, ...(was === null ? {} : { was }), ...(other === null ? {} : { other }), box });

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0), 0);

/** Throws a `data` fault where the folder holds no session that this version reads. */
export const openSessionReader = (folder: string): SessionReader => {
  const database = openSessionToRead(folder);
  const factRows = database.prepare('SELECT key, value FROM facts');
  const cropPlace = createCropPlaces(database);
  const cropRow = database.prepare('SELECT version, jpeg FROM crops WHERE cell = ?');
  const cellRow = database.prepare(
    'SELECT c.*, coalesce(k.version, 0) AS crop FROM cells c LEFT JOIN crops k ON k.cell = c.id WHERE c.id = ?',
  );
  // Those of cells that were merged into it speak for it too.
  const own = "cell = ?1 OR cell IN (SELECT cell FROM ledger WHERE kind = 'merged' AND other = ?1)";
  const sightingRows = database.prepare(`SELECT * FROM sightings WHERE ${own} ORDER BY at_ms, frame LIMIT ${MOST_STORY}`);
  const ledgerRows = database.prepare(`SELECT * FROM ledger WHERE cell = ?1 OR other = ?1 ORDER BY n LIMIT ${MOST_STORY}`);
  const number = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);

  const readFacts = (): { facts: SessionFacts; counts: readonly number[] } => {
    const {
      counts,
      looked: _looked,
      ...rest
    } = Object.fromEntries(factRows.all().map(({ key, value }) => [String(key), JSON.parse(String(value))]));
    const facts = sessionFacts.safeParse(rest);
    if (facts.success) return { facts: facts.data, counts: Array.isArray(counts) ? counts.map(Number) : [] };
    const issue = facts.error.issues[0];
    throw new FaultError({
      kind: 'data',
      path: folder,
      what: `the session lacks its facts (${issue?.path.join('.')}: ${issue?.message})`,
      remedy: 'it was stopped before anything was counted: delete it',
    });
  };
  const cellOf = (id: number): CellStory | undefined => {
    const row = cellRow.get(id);
    if (row === undefined) return undefined;
    const { facts } = readFacts();
    const sightings = sightingRows.all(id).map(
      (one): CellSighting => ({
        frame: Number(one['frame']),
        atMs: Number(one['at_ms']),
        box: boxOf(one),
        class: facts.classes[Number(one['class_index'])] ?? String(one['class_index']),
        score: Number(one['score']),
      }),
    );
    const cell = recordOf(row, facts, createDrawingReader(database)(id));
    const crop = cropPlace(id, cell.box);
    return { cell, ...(crop && { crop }), sightings, ledger: ledgerRows.all(id).map((entry) => entryOf(entry, boxOf(entry))) };
  };

  const frames = createSessionFrames(database);
  const footage = createFootage(folder, frames, createFramePool({ maxBuffers: 4 }));

  return {
    facts: () => readFacts().facts,
    summary: () => {
      const { facts, counts } = readFacts();
      const { settings: _settings, ...shown } = facts;
      return {
        ...shown,
        durationMs: number('SELECT max(at_ms) - min(at_ms) FROM frames'),
        frames: number('SELECT count(*) FROM frames'),
        counts: Object.fromEntries(facts.classes.map((name, i) => [name, counts[i] ?? 0])),
        cells: number("SELECT count(*) FROM cells WHERE state != 'withdrawn'"),
        keyframes: number('SELECT count(*) FROM keyframes'),
        videoMs: number(VIDEO_MS),
        bytes: bytesIn(folder),
      };
    },
    detail: () => ({
      settings: readFacts().facts.settings,
      events: database
        .prepare('SELECT at, level, text FROM events ORDER BY n DESC LIMIT 1000')
        .all()
        .reverse() as unknown as SessionDetail['events'],
      runs: database
        .prepare('SELECT first_frame AS firstFrame, start_ms AS startMs, at FROM runs ORDER BY run')
        .all() as unknown as SessionDetail['runs'],
    }),
    extent: () => ({
      frames: number('SELECT count(*) FROM frames'),
      lastMs: number('SELECT max(at_ms) FROM frames'),
      ledger: number('SELECT count(*) FROM ledger'),
      cells: number('SELECT count(*) FROM cells'),
      videos: database
        .prepare(
          `SELECT v.file AS file, min(f.at_ms - s.video_ms) AS startMs FROM videos v JOIN video_frames s ON s.video = v.video
           JOIN frames f ON f.id = s.frame GROUP BY v.video ORDER BY v.video`,
        )
        .all() as unknown as SessionExtent['videos'],
    }),
    cells: (query) => cellPageOf(database, readFacts().facts, query),
    cell: cellOf,
    sizes: (query) => sizesOfSession(database, readFacts().facts, query),
    story: (id, reading) => reviewedStoryOf(database, readFacts().facts, reading, id, cellOf),
    review: (reading) => reviewStateOf(database, readFacts().facts, reading),
    corrections: (query) => correctionPageOf(database, query),
    signatures: () => verifySignatures(database, readFacts().facts),
    agreement: (query) => agreementOf(database, readFacts().facts, query),
    crop: (cell) => {
      const row = cropRow.get(cell);
      return row === undefined ? undefined : { version: Number(row['version']), jpeg: row['jpeg'] as Uint8Array };
    },
    madeCrop: async (cell) => {
      const jpeg = await cutMadeCell(database, folder, cell);
      return jpeg === undefined ? undefined : { version: 1, jpeg };
    },
    frames,
    footage,
    cellsInView: (frame, reading) => {
      const { facts } = readFacts();
      const within = reading === undefined ? undefined : reviewedWithin(database, facts, reading);
      return frameCellsOf(database, frames, facts.classes, frame, within);
    },
    [Symbol.dispose]: () => {
      void footage[Symbol.asyncDispose]();
      database.close();
    },
  };
};
