import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CellQuery, cellPage, cellQuery, cellStory } from '../../../domain/cell-record.ts';
import { type SessionFacts, sessionPage } from '../../../domain/session.ts';
import type { CellRow, SessionBatch } from '../../../server/sessions/session-batch.ts';
import { openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { DATABASE_FILE, newSessionId, sessionFolder, sessionsFolder } from '../../../server/sessions/session-folder.ts';
import { createSessionLibrary } from '../../../server/sessions/session-library.ts';
import { createSessionPlace, interruptedSession } from '../../../server/sessions/session-place.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { createSessionWriter, type StoredCrop } from '../../../server/sessions/session-writer.ts';

const NOTHING: Omit<SessionBatch, 'crops'> = {
  facts: {},
  frames: [],
  sightings: [],
  cells: [],
  ledger: [],
  events: [],
  keyframes: [],
  videos: [],
  videoFrames: [],
};

const factsOf = (id: string, more: Partial<SessionFacts> = {}): SessionFacts => ({
  id,
  camera: 'main',
  source: 'simulate:',
  specimen: 'smear',
  classes: ['RBC', 'WBC'],
  model: { name: 'tiny', version: '1' },
  engine: 'onnx:cpu',
  umPerPx: 0.1,
  settings: {},
  program: '0',
  startedAt: 1000,
  kept: false,
  flags: [],
  ...more,
});

const cellOf = (id: number, more: Partial<CellRow> = {}): CellRow => ({
  id,
  classIndex: id % 5 === 0 ? 1 : 0,
  score: ((id * 37) % 100) / 100,
  state: id % 7 === 0 ? 'withdrawn' : 'counted',
  island: 1,
  box: [id, 0, id + 10 + (id % 9), 10],
  sightings: 1,
  firstSeenMs: id,
  lastSeenMs: id,
  ...more,
});

const cropOf = (cell: number, quality: number): StoredCrop => ({
  cell,
  quality,
  frame: 1,
  x0: 0,
  y0: 0,
  widthPx: 8,
  heightPx: 8,
  jpeg: Uint8Array.from([quality * 100]),
});

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-store-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A session with what is given, closed. */
const make = (facts: SessionFacts, batch: Partial<SessionBatch> = {}, crops: readonly StoredCrop[] = []): string => {
  const folder = sessionFolder(home, facts.id)!;
  const database = openSessionToWrite(folder);
  const writer = createSessionWriter(database);
  writer.begin(1000);
  writer.write({ ...NOTHING, ...batch, facts: { ...facts, counts: [3, 1] } }, crops);
  database.close();
  return folder;
};

describe('cells of a session', () => {
  test.each<Partial<CellQuery>>([
    {},
    { sort: 'score' },
    { sort: 'score', order: 'desc' },
    { sort: 'size' },
    { sort: 'seen', order: 'desc' },
    { class: 'WBC', sort: 'size', order: 'asc' },
    { state: 'withdrawn' },
  ])('come page by page, each once and in order: %j', (asked) => {
    const cells = Array.from({ length: 100 }, (_, i) => cellOf(i + 1));
    using reader = openSessionReader(make(factsOf(newSessionId()), { cells }));
    const query = cellQuery.parse({ ...asked, limit: 7 });
    const wanted = cells.filter(
      ({ state, classIndex }) =>
        (asked.state ? state === asked.state : state !== 'withdrawn') && (asked.class === undefined || classIndex === 1),
    );
    const seen: number[] = [];
    const keys: number[] = [];
    let cursor: string | undefined;
    do {
      const page = cellPage.parse(reader.cells({ ...query, cursor }));
      expect(page.total).toBe(wanted.length);
      for (const { id, score, box } of page.cells) {
        seen.push(id);
        keys.push(query.sort === 'score' ? score : query.sort === 'size' ? (box[2] - box[0]) * (box[3] - box[1]) : id);
      }
      cursor = page.next;
    } while (cursor !== undefined);
    expect([...seen].sort((a, b) => a - b)).toEqual(wanted.map(({ id }) => id));
    const descends = (asked.order ?? (query.sort === 'size' ? 'desc' : 'asc')) === 'desc';
    expect(keys).toEqual([...keys].sort((a, b) => (descends ? b - a : a - b)));
  });

  test('a cursor that nobody gave out is refused', () => {
    using reader = openSessionReader(make(factsOf(newSessionId())));
    expect(() => reader.cells(cellQuery.parse({ cursor: 'none' }))).toThrow(/cursor/);
  });

  test('a story has the sightings of the cells that were merged into it', () => {
    const box: [number, number, number, number] = [0, 0, 10, 10];
    const sighting = (cell: number, frame: number) => ({ cell, frame, atMs: frame * 10, box, classIndex: 0, score: 0.5, cut: false });
    const entry = { atMs: 5, class: 'RBC', island: 1, box, reason: 'because' };
    const folder = make(factsOf(newSessionId()), {
      cells: [cellOf(1), cellOf(2), cellOf(3)],
      sightings: [sighting(1, 1), sighting(2, 2), sighting(3, 3)],
      ledger: [
        { ...entry, n: 1, kind: 'counted', cell: 1 },
        { ...entry, n: 2, kind: 'counted', cell: 2 },
        { ...entry, n: 3, kind: 'merged', cell: 2, other: 1 },
      ],
    });
    using reader = openSessionReader(folder);
    const story = cellStory.parse(reader.cell(1));
    expect(story.sightings.map(({ frame }) => frame)).toEqual([1, 2]);
    expect(story.ledger.map(({ n }) => n)).toEqual([1, 3]);
    expect(story.cell).toMatchObject({ class: 'RBC', widthUm: 1.1, heightUm: 1, cropVersion: 0 });
    expect(reader.cell(9)).toBeUndefined();
  });

  test('a story says what its picture shows, around the middle of a whole sighting', () => {
    const seen = { cell: 1, frame: 1, atMs: 10, box: [30, 40, 50, 60] as [number, number, number, number], classIndex: 0, score: 0.5 };
    const crop: StoredCrop = { ...cropOf(1, 0.5), frame: 1, x0: 24, y0: 36, widthPx: 32, heightPx: 28 };
    const cells = [cellOf(1, { box: [130, 140, 152, 160] })];
    const placeOf = (cut: boolean) => {
      using reader = openSessionReader(make(factsOf(newSessionId()), { cells, sightings: [{ ...seen, cut }] }, [crop]));
      return cellStory.parse(reader.cell(1)).crop;
    };
    expect(placeOf(false)).toEqual({ x: -5, y: -4, widthPx: 32, heightPx: 28 });
    expect(placeOf(true)).toBeUndefined();
  });

  test('a picture is replaced by a clearly better one alone, and its version says so', () => {
    const folder = make(factsOf(newSessionId()), { cells: [cellOf(1)] }, [cropOf(1, 0.5), cropOf(1, 0.52), cropOf(1, 0.9)]);
    using reader = openSessionReader(folder);
    expect(reader.crop(1)).toEqual({ version: 2, jpeg: Uint8Array.from([90]) });
  });
});

describe('a session that is gone on with', () => {
  test('keeps its clock rising, and forgets what the restored map does not know', () => {
    const id = newSessionId();
    const frame = { state: 'sharp', sharpness: 1, placement: undefined, keyframe: undefined };
    const folder = make(
      factsOf(id, { record: 'video' }),
      {
        frames: [
          { ...frame, id: 0, atMs: 0 },
          { ...frame, id: 41, atMs: 1400 },
        ],
        cells: [cellOf(1), cellOf(2), cellOf(3)],
        videos: [{ video: 1, file: 'video.mp4', codec: 'h264', kind: 'video', widthPx: 8, heightPx: 8 }],
      },
      [cropOf(1, 0.5), cropOf(3, 0.5)],
    );
    const database = openSessionToWrite(folder);
    const writer = createSessionWriter(database);
    const state = writer.begin(9000);
    expect(state).toEqual({ nextFrame: 42, nextMs: 2400, videos: 1, continued: true, interrupted: 'video' });
    writer.trim({ cells: 2, ledger: 0, keyframes: 0 });
    database.close();
    using reader = openSessionReader(folder);
    expect(reader.cells(cellQuery.parse({})).cells.map((cell) => cell.id)).toEqual([1, 2]);
    expect(reader.crop(3)).toBeUndefined();
    expect(reader.crop(1)).toBeDefined();
    expect(reader.detail().runs).toHaveLength(2);
  });

  test('is the one that was being written just now, of the same camera and source', async () => {
    const ended = make(factsOf('20260101-000000-000001', { endedAt: 5 }));
    expect(ended).toContain('20260101');
    expect(await interruptedSession('main', 'simulate:', home)).toBeUndefined();
    make(factsOf('20260101-000000-000002'));
    expect(await interruptedSession('main', 'simulate:', home)).toBe('20260101-000000-000002');
    expect(await interruptedSession('main', 'other.mp4', home)).toBeUndefined();
    expect(await interruptedSession('second', 'simulate:', home)).toBeUndefined();
    expect(await interruptedSession('main', 'simulate:', home, Date.now() + 3_600_000)).toBeUndefined();
  });
});

describe('a database that cannot be used', () => {
  test('of a newer program, or of another one, is refused in words', () => {
    const folder = make(factsOf(newSessionId()));
    const path = join(folder, DATABASE_FILE);
    const set = (pragma: string): void => {
      const database = new DatabaseSync(path);
      database.exec(`PRAGMA ${pragma}`);
      database.close();
    };
    set('user_version = 99');
    expect(() => openSessionToWrite(folder)).toThrow(/has version 99/);
    expect(() => openSessionReader(folder)).toThrow(/has version 99/);
    set('application_id = 5');
    expect(() => openSessionToWrite(folder)).toThrow(/another program/);
  });
});

describe('the sessions of a data folder', () => {
  test('are listed newest first, searched, paged and deleted; not while one is written', async () => {
    const ids = ['20260101-000000-00000a', '20260102-000000-00000b', '20260103-000000-00000c'];
    ids.forEach((id, i) => {
      make(factsOf(id, { operator: i === 1 ? 'Reader A' : 'Reader B', specimenId: `S-${i}` }));
    });
    const live = new Set([ids[2]!]);
    const library = createSessionLibrary(home, () => ({ live, recording: new Set() }));
    const first = sessionPage.parse(await library.list({ limit: 2 }));
    expect(first).toMatchObject({ total: 3, sessions: [{ id: ids[2], live: true, counts: { RBC: 3, WBC: 1 } }, { id: ids[1] }] });
    expect((await library.list({ limit: 2, cursor: first.next })).sessions.map(({ id }) => id)).toEqual([ids[0]]);
    expect((await library.list({ limit: 9, search: 'reader s-0' })).sessions.map(({ id }) => id)).toEqual([ids[0]]);
    expect(library.amend(ids[0]!, { operator: 'Reader C9', kept: true })).toMatchObject({
      operator: 'Reader C9',
      kept: true,
      specimenId: 'S-0',
    });
    expect((await library.list({ limit: 9, search: 'c9' })).total).toBe(1);
    expect(library.amend('20260109-000000-00000d', {})).toBeUndefined();
    await expect(library.remove(ids[2]!)).rejects.toThrow(/is being written/);
    expect(await library.remove(ids[1]!)).toBe(true);
    expect(await library.remove(ids[1]!)).toBe(false);
    expect(await library.remove('../sessions')).toBe(false);
    expect(library.reader('../../etc')).toBeUndefined();
    expect((await library.list({ limit: 9 })).total).toBe(2);
    library.close();
  });

  test('a camera that begins a new one takes its own unkept ones away', async () => {
    const mine = make(factsOf('20260101-000000-00000a'));
    const kept = make(factsOf('20260101-000000-00000b', { kept: true }));
    const other = make(factsOf('20260101-000000-00000c', { camera: 'second', startedAt: Date.now() }));
    const place = createSessionPlace('main', home);
    const next = place.next();
    expect(next.folder.startsWith(sessionsFolder(home))).toBe(true);
    await expect.poll(() => openable(mine)).toBe(false);
    expect(openable(kept)).toBe(true);
    expect(openable(other)).toBe(true);
  });
});

const openable = (folder: string): boolean => {
  try {
    openSessionReader(folder)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
};
