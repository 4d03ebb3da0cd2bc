import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { CellRecord } from '../../domain/cell-record.ts';
import { type Concentration, concentrationsOf, fieldFactors } from '../../domain/concentration.ts';
import { configuration } from '../../domain/configuration.ts';
import type { CorrectionPage, ReviewState } from '../../domain/review.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { correctionPageOf } from '../review/review-history.ts';
import type { LookedArea } from '../sessions/session-batch.ts';
import { openSessionToRead } from '../sessions/session-database.ts';
import { createSessionFrames, type SessionFrames } from '../sessions/session-frames.ts';
import { openSessionReader } from '../sessions/session-reader.ts';
import { type ExportReading, openExportCells } from './export-cells.ts';

/** A picture of the map: its upper left corner in camera pixels on its island. */
export type ExportKeyframe = {
  readonly id: number;
  readonly island: number;
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** A frame with what was seen in it, by frame and cell; boxes in pixels of the frame. */
export type ExportSighting = {
  readonly frame: number;
  readonly cell: number;
  readonly box: readonly [number, number, number, number];
  readonly score: number;
  readonly classIndex: number;
};

export type ExportPlace = { readonly island: number; readonly x: number; readonly y: number };

/** The frames' span on the session's clock, how many there are by state, and their mean sharpness in steps of equal time. */
export type FrameSums = {
  readonly total: number;
  readonly lastId: number;
  readonly durationMs: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly sharpness: readonly number[];
};

/** Everything that a format may be written from: one session under one reading. Lists that grow with the session are walked, never held. */
export type ExportSource = Disposable & {
  readonly folder: string;
  readonly facts: SessionFacts;
  /** Which reading the cells are of; `counted` where nobody corrected anything. */
  readonly reading: ExportReading;
  /** Version of the program that writes. */
  readonly program: string;
  /** When it is written: wall clock, ms since 1970. */
  readonly now: number;
  readonly frames: FrameSums;
  /** Size of a frame; `undefined` where the session has no picture. */
  readonly frameSize: { readonly widthPx: number; readonly heightPx: number } | undefined;
  readonly keyframes: readonly ExportKeyframe[];
  /** The reading's own state; `undefined` of what was counted. */
  readonly review: ReviewState | undefined;
  /** Counts of the classes as the reading has them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Concentrations estimated from the area that was looked at; none of a session of an earlier version, whose area is not known. */
  readonly concentrations: readonly Concentration[];
  /** Area of the slide that was looked at, in mm². */
  readonly areaMm2: number | undefined;
  /** Every cell but the withdrawn ones, by id. */
  cells(): Iterable<CellRecord>;
  /** Into which cell the counting merged one. */
  readonly mergedInto: ReadonlyMap<number, number>;
  /** Where a frame lies on the map. */
  placeOf(frame: number): ExportPlace | undefined;
  /** What was seen by frame, of flowing cells their tracks. */
  sightings(): Iterable<ExportSighting>;
  /** A JPEG of the cell. */
  crop(cell: number): Uint8Array | undefined;
  /** A small JPEG of a keyframe. */
  thumbnail(keyframe: number): Uint8Array | undefined;
  /** The latest corrections of the reading, newest first, so many at most. */
  corrections(limit: number): CorrectionPage;
  events(): readonly { readonly at: number; readonly level: string; readonly text: string }[];
};

export type SourceOptions = {
  /** Absent: reading 1 where there is one, else as counted. */
  readonly reading?: ExportReading | undefined;
  readonly program: string;
  readonly now?: number;
};

const SHARPNESS_BINS = 60;

const keyframesOf = (database: DatabaseSync): ExportKeyframe[] =>
  database
    .prepare('SELECT id, island, x, y, width_px AS widthPx, height_px AS heightPx FROM keyframes ORDER BY id')
    .all() as unknown as ExportKeyframe[];

const framesOf = (database: DatabaseSync, { timeline }: SessionFrames): FrameSums => {
  const { startMs, endMs, bins } = timeline(SHARPNESS_BINS);
  const byState = database.prepare('SELECT state, count(*) AS n FROM frames GROUP BY state ORDER BY n DESC').all();
  const { total, last } = database.prepare('SELECT count(*) AS total, coalesce(max(id), 0) AS last FROM frames').get() as {
    total: number;
    last: number;
  };
  return {
    total,
    lastId: last,
    durationMs: endMs - startMs,
    byState: Object.fromEntries(byState.map(({ state, n }) => [String(state), Number(n)])),
    sharpness: bins.map(({ sharpness }) => sharpness ?? 0),
  };
};

/** Area that was looked at, as the session was left. */
const lookedOf = (database: DatabaseSync): LookedArea | undefined => {
  const row = database.prepare("SELECT value FROM facts WHERE key = 'looked'").get();
  return row === undefined ? undefined : (JSON.parse(String(row['value'])) as LookedArea);
};

const concentrationsIn = (
  facts: SessionFacts,
  counts: Readonly<Record<string, number>>,
  looked: LookedArea | undefined,
): Concentration[] => {
  if (looked === undefined || facts.umPerPx === undefined) return [];
  const { plateletFactor, wbcFactor, fieldNumberMm } = configuration
    .pick({ plateletFactor: true, wbcFactor: true, fieldNumberMm: true })
    .strip()
    .parse(facts.settings);
  const areas = facts.classes.map((_, i) => (looked.countedUm2?.[i] ?? looked.areaUm2) / 1e6);
  return concentrationsOf(
    facts.classes,
    facts.classes.map((name) => counts[name] ?? 0),
    areas,
    fieldFactors(plateletFactor, wbcFactor),
    fieldNumberMm,
  );
};

const mergesOf = (database: DatabaseSync): Map<number, number> => {
  const rows = database.prepare("SELECT cell, other FROM ledger WHERE kind = 'merged' AND other IS NOT NULL ORDER BY n").all();
  return new Map(rows.map(({ cell, other }) => [Number(cell), Number(other)]));
};

const sightingOf = (row: Record<string, SQLOutputValue>): ExportSighting => ({
  frame: Number(row['frame']),
  cell: Number(row['cell']),
  box: [Number(row['x0']), Number(row['y0']), Number(row['x1']), Number(row['y1'])],
  score: Number(row['score']),
  classIndex: Number(row['class_index']),
});

/** Opens a session for exporting, also while a camera writes it. Throws a `data` fault where the folder holds none, `usage` where it has no such reading. */
export const openExportSource = (folder: string, { reading, program, now = Date.now() }: SourceOptions): ExportSource => {
  using cleanUp = new DisposableStack();
  const reader = cleanUp.use(openSessionReader(folder));
  const facts = reader.facts();
  const database = cleanUp.adopt(openSessionToRead(folder), (opened) => opened.close());
  // One moment of a session that goes on.
  database.exec('BEGIN');
  const cells = cleanUp.use(openExportCells(folder, reading));
  const thumbnailRow = database.prepare('SELECT picture FROM keyframes WHERE id = ?');
  const keyframes = keyframesOf(database);
  const sessionFrames = createSessionFrames(database);
  const looked = lookedOf(database);
  // Flowing cells are counted by their tracks alone.
  const counts = facts.specimen === 'flow' ? reader.summary().counts : cells.counts;
  const [video] = sessionFrames.videoFiles();
  const owned = cleanUp.move();
  return {
    folder,
    facts,
    reading: cells.reading,
    program,
    now,
    frames: framesOf(database, sessionFrames),
    frameSize: video ?? keyframes[0],
    mergedInto: mergesOf(database),
    keyframes,
    review: cells.review,
    areaMm2: looked && looked.areaUm2 / 1e6,
    concentrations: concentrationsIn(facts, counts, looked),
    counts,
    cells: cells.all,
    placeOf: (frame) => {
      const { island, x, y } = sessionFrames.frame(frame) ?? {};
      return island === undefined || x === undefined || y === undefined ? undefined : { island, x, y };
    },
    sightings: function* () {
      const seen = 'frame, %, class_index, score, x0, y0, x1, y1';
      const sql =
        facts.specimen === 'flow'
          ? `SELECT ${seen.replace('%', 'track AS cell')} FROM tracks ORDER BY frame, track`
          : `SELECT ${seen.replace('%', 'cell')} FROM sightings ORDER BY frame, cell`;
      for (const row of database.prepare(sql).iterate()) yield sightingOf(row);
    },
    crop: (cell) => reader.crop(cell)?.jpeg,
    thumbnail: (keyframe) => {
      const picture = thumbnailRow.get(keyframe)?.['picture'];
      return picture instanceof Uint8Array ? picture : undefined;
    },
    corrections: (limit) =>
      cells.reading === 'counted' ? { total: 0, corrections: [] } : correctionPageOf(database, { reading: cells.reading, limit }),
    events: () => reader.detail().events,
    [Symbol.dispose]: () => owned.dispose(),
  };
};

/** What every export says of itself. */
export const readingText = ({ reading, review }: Pick<ExportSource, 'reading' | 'review'>): string => {
  if (reading === 'counted' || review === undefined) return 'as counted, not reviewed';
  const signers = new Set(review.signatures.filter(({ version }) => version === review.version).map(({ by }) => by));
  if (review.locked) return `reading ${reading}, version ${review.version} signed by ${[...signers].join(' and ')}`;
  return `reading ${reading}${review.by === undefined ? '' : `, last by ${review.by}`}, version ${review.version} not signed`;
};
