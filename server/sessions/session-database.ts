import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FaultError } from '../../domain/fault.ts';
import { DATABASE_FILE } from './session-folder.ts';
import { APPLICATION_ID, MIGRATIONS } from './session-schema.ts';

const pragma = (database: DatabaseSync, name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

const damaged = (path: string, what: string, remedy: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'data', path, what: `the session ${what}`, remedy }, { cause });

/** Runs work on a database in one transaction. */
export const inTransaction = (database: DatabaseSync, work: () => void): void => {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

const migrate = (database: DatabaseSync, path: string): void => {
  const version = Number(pragma(database, 'user_version'));
  const owner = Number(pragma(database, 'application_id'));
  if (version > 0 && owner !== APPLICATION_ID) throw damaged(path, 'is the database of another program', 'give another folder');
  if (version > MIGRATIONS.length)
    throw damaged(path, `has version ${version}, this program knows ${MIGRATIONS.length}`, 'open it with a newer version');
  for (let next = version; next < MIGRATIONS.length; next++)
    inTransaction(database, () => {
      // Another process may have been first.
      if (Number(pragma(database, 'user_version')) !== next) return;
      database.exec(MIGRATIONS[next]!);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${next + 1}`);
    });
};

/** WAL pages between checkpoints, 64 MiB; while a session is written they leave the log as it is (see `createCopyGuard`). */
const CHECKPOINT_PAGES = 16_384;

/**
 * Opens the database of a session for writing; makes and migrates it as needed, and checks one that a killed process left.
 * WAL, so that readers never wait; `synchronous = FULL`, so that what was acknowledged outlives a loss of power too: the writer is a thread of
 * its own that commits twice a second, which makes the wait for the disk cheap. Throws a `data` fault.
 */
export const openSessionToWrite = (folder: string): DatabaseSync => {
  const path = join(folder, DATABASE_FILE);
  try {
    mkdirSync(join(folder, 'map'), { recursive: true });
    const database = new DatabaseSync(path, { timeout: 5000 });
    try {
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      migrate(database, path);
      const health = pragma(database, 'quick_check(1)');
      if (health !== 'ok') throw damaged(path, `is damaged (${String(health).slice(0, 200)})`, 'go on with a copy of it');
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    throw damaged(path, `cannot be written (${cause instanceof Error ? cause.message : String(cause)})`, 'look at the disk', cause);
  }
};

/**
 * Opens the database of a session that is there, to add to it, also while a camera writes it: each waits for the other's transaction. One of
 * an earlier version is migrated. What is committed outlives a loss of power. Throws a `data` fault.
 */
export const openSessionToAmend = (folder: string): DatabaseSync => {
  openSessionToRead(folder).close();
  const path = join(folder, DATABASE_FILE);
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    migrate(database, path);
    return database;
  } catch (cause) {
    database.close();
    if (cause instanceof FaultError) throw cause;
    throw damaged(path, `cannot be written (${cause instanceof Error ? cause.message : String(cause)})`, 'look at the disk', cause);
  }
};

/** Changes facts of a session, also while a camera writes it: each waits for the other's transaction. Throws a `data` fault. */
export const amendSession = (folder: string, facts: Readonly<Record<string, unknown>>): void => {
  openSessionToRead(folder).close();
  const database = new DatabaseSync(join(folder, DATABASE_FILE), { timeout: 5000 });
  try {
    database.exec('PRAGMA synchronous = FULL');
    const put = database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)');
    inTransaction(database, () => {
      for (const [key, value] of Object.entries(facts)) if (value !== undefined) put.run(key, JSON.stringify(value));
    });
  } finally {
    database.close();
  }
};

/** Opens the database of a session for reading, while another process writes it or not. Throws a `data` fault. */
export const openSessionToRead = (folder: string): DatabaseSync => {
  const path = join(folder, DATABASE_FILE);
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
    const version = Number(pragma(database, 'user_version'));
    if (Number(pragma(database, 'application_id')) === APPLICATION_ID && version > 0 && version <= MIGRATIONS.length) return database;
    database.close();
    throw damaged(path, `has version ${version}, this program knows ${MIGRATIONS.length}`, 'open it with the version that made it');
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    throw damaged(path, `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, 'give another session', cause);
  }
};
