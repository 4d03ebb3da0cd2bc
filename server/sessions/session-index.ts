import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SessionPage, SessionSummary, SessionsQuery } from '../../domain/session.ts';
import { cursorOf, readCursor } from './page-cursor.ts';
import { inTransaction } from './session-database.ts';

/** What is asked of the list; a query that was parsed, or a part of one. */
export type SessionsAsked = Partial<SessionsQuery> & { readonly limit: number };

export type IndexedSession = Omit<SessionSummary, 'live' | 'recording'>;
export type IndexedPage = Omit<SessionPage, 'sessions'> & { readonly sessions: readonly IndexedSession[] };

/** Facts of all sessions in one file beside them, for finding some among thousands. It can be thrown away: the folders hold everything. */
export type SessionIndex = {
  /** Id and stamp of each session that is known. */
  stamps(): Map<string, string>;
  /** `summary` is left out for a session that cannot be read, so that it is not tried again before it changes. */
  put(id: string, stamp: string, summary: IndexedSession | undefined): void;
  remove(id: string): void;
  list(asked: SessionsAsked): IndexedPage;
  close(): void;
};

const FILE = 'index.sqlite';
const VERSION = 1;
const SCHEMA = `
  CREATE TABLE sessions (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, summary TEXT,
    started REAL, cells INTEGER, duration REAL, bytes REAL, operator TEXT, specimen TEXT, kept INTEGER
  );
  CREATE INDEX sessions_started ON sessions (started, id);
  CREATE TABLE counts (session INTEGER NOT NULL, class TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (session, class)) WITHOUT ROWID;
  CREATE TABLE flags (session INTEGER NOT NULL, flag TEXT NOT NULL, PRIMARY KEY (session, flag)) WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'trigram');
  PRAGMA user_version = ${VERSION};
`;
/** Shorter words have no trigram. */
const LEAST_INDEXED = 3;
const DAY_MS = 86_400_000;

const SORT_KEYS = {
  started: 'started',
  cells: 'cells',
  duration: 'duration',
  bytes: 'bytes',
  operator: 'operator',
  specimen: 'specimen',
} as const;
const RISING = new Set<string>(['operator', 'specimen']);

const openFile = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const version = Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0]);
    if (version === 0) inTransaction(database, () => database.exec(SCHEMA));
    else if (version !== VERSION) throw new Error(`version ${version}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** Opens the file, anew where it is of another version or damaged, and in memory where it cannot be written. */
const openIndex = (folder: string): DatabaseSync => {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true });
    return openFile(path);
  } catch {
    try {
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return openFile(path);
    } catch {
      return openFile(':memory:');
    }
  }
};

const textOf = ({ id, camera, source, operator = '', specimenId = '', flags, model, startedAt }: IndexedSession): string =>
  [id, camera, source, operator, specimenId, model.name, ...flags, new Date(startedAt).toISOString()].join('\n').toLowerCase();

/** A moment in ms; of a day as the end of something its last ms. */
const momentMs = (moment: number | string, isEnd: boolean): number => {
  if (typeof moment === 'number') return moment;
  const isDay = moment.length === 10;
  return new Date(isDay ? `${moment}T00:00:00` : moment).getTime() + (isDay && isEnd ? DAY_MS - 1 : 0);
};

type Part = readonly [sql: string, ...values: (string | number)[]];

const wordPart = (word: string): Part =>
  word.length < LEAST_INDEXED
    ? ['instr((SELECT text FROM words WHERE rowid = row), ?) > 0', word]
    : ['row IN (SELECT rowid FROM words WHERE words MATCH ?)', `"${word.replaceAll('"', '""')}"`];

/** What of the query chooses, as SQL. */
const partsOf = ({ search = '', operator, specimenId, flag, from, to, minCells, minCounts, kept }: SessionsAsked): Part[] => [
  ['summary IS NOT NULL'],
  ...search.toLowerCase().split(/\s+/).filter(Boolean).map(wordPart),
  ...(operator === undefined ? [] : [['instr(operator, ?) > 0', operator.toLowerCase()] as const]),
  ...(specimenId === undefined ? [] : [['instr(specimen, ?) > 0', specimenId.toLowerCase()] as const]),
  ...(flag === undefined ? [] : [['row IN (SELECT session FROM flags WHERE flag = ?)', flag.toLowerCase()] as const]),
  ...(from === undefined ? [] : [['started >= ?', momentMs(from, false)] as const]),
  ...(to === undefined ? [] : [['started <= ?', momentMs(to, true)] as const]),
  ...(minCells === undefined ? [] : [['cells >= ?', minCells] as const]),
  ...(kept === undefined ? [] : [['kept = ?', kept ? 1 : 0] as const]),
  ...(minCounts?.split(',') ?? []).map((one): Part => {
    const [name = '', n] = one.split(':');
    return ['row IN (SELECT session FROM counts WHERE class = ? AND n >= ?)', name.toLowerCase(), Number(n)];
  }),
];

/** Opens or makes the index of the sessions in a folder. */
export const openSessionIndex = (folder: string): SessionIndex => {
  const database = openIndex(folder);
  const rowOf = database.prepare('SELECT row FROM sessions WHERE id = ?');
  const insert = database.prepare(
    'INSERT INTO sessions (id, stamp, summary, started, cells, duration, bytes, operator, specimen, kept) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const count = database.prepare('INSERT INTO counts VALUES (?, ?, ?)');
  const flagged = database.prepare('INSERT OR IGNORE INTO flags VALUES (?, ?)');
  const words = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');

  const forget = (id: string): void => {
    const row = rowOf.get(id)?.['row'];
    if (row === undefined) return;
    for (const sql of ['sessions WHERE row', 'counts WHERE session', 'flags WHERE session', 'words WHERE rowid'])
      database.prepare(`DELETE FROM ${sql} = ?`).run(row);
  };

  return {
    stamps: () =>
      new Map(
        database
          .prepare('SELECT id, stamp FROM sessions')
          .all()
          .map(({ id, stamp }) => [String(id), String(stamp)]),
      ),
    put: (id, stamp, summary) =>
      inTransaction(database, () => {
        forget(id);
        if (summary === undefined) {
          insert.run(id, stamp, null, null, null, null, null, null, null, null);
          return;
        }
        const { startedAt, cells, durationMs, bytes, operator = '', specimenId = '', kept, counts, flags } = summary;
        const texts = [operator.toLowerCase(), specimenId.toLowerCase()] as const;
        const { lastInsertRowid: row } = insert.run(
          id,
          stamp,
          JSON.stringify(summary),
          startedAt,
          cells,
          durationMs,
          bytes,
          ...texts,
          kept ? 1 : 0,
        );
        for (const [name, n] of Object.entries(counts)) count.run(row, name.toLowerCase(), n);
        for (const flag of flags) flagged.run(row, flag.toLowerCase());
        words.run(row, textOf(summary));
      }),
    remove: (id) => inTransaction(database, () => forget(id)),
    list: (asked) => {
      const { sort = 'started', limit, cursor } = asked;
      const order = asked.order ?? (RISING.has(sort) ? 'asc' : 'desc');
      const key = SORT_KEYS[sort];
      const parts = partsOf(asked);
      const where = parts.map(([sql]) => sql).join(' AND ');
      const values = parts.flatMap(([, ...given]) => given);
      const total = Number(database.prepare(`SELECT count(*) AS n FROM sessions WHERE ${where}`).get(...values)?.['n']);
      const after = cursor === undefined ? '' : ` AND (${key}, id) ${order === 'asc' ? '>' : '<'} (?, ?)`;
      const rows = database
        .prepare(`SELECT id, summary, ${key} AS k FROM sessions WHERE ${where}${after} ORDER BY k ${order}, id ${order} LIMIT ?`)
        .all(...values, ...(cursor === undefined ? [] : readCursor(cursor)), limit + 1);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        total,
        sessions: shown.map(({ summary }) => JSON.parse(String(summary)) as IndexedSession),
        ...(rows.length > limit && last !== undefined
          ? { next: cursorOf(typeof last['k'] === 'number' ? last['k'] : String(last['k']).slice(0, 60), String(last['id'])) }
          : {}),
      };
    },
    close: () => database.close(),
  };
};
