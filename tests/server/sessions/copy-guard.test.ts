import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCopyGuard } from '../../../server/sessions/copy-guard.ts';
import { openSessionToWrite } from '../../../server/sessions/session-database.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smearscope-guard-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

const database = (): string => join(folder, 'session.sqlite');

/** Copies the database, lets `between` happen, and copies the log: what a slow copy of the folder meets. Gives whether the copy holds `frames`. */
const copyAround = (between: () => void, frames: () => number): boolean => {
  const to = mkdtempSync(join(tmpdir(), 'smearscope-copy-'));
  try {
    const least = frames();
    cpSync(database(), join(to, 'session.sqlite'));
    between();
    cpSync(`${database()}-wal`, join(to, 'session.sqlite-wal'));
    const copied = new DatabaseSync(join(to, 'session.sqlite'));
    try {
      const whole = Object.values(copied.prepare('PRAGMA integrity_check(1)').get() ?? {})[0] === 'ok';
      return whole && Number(copied.prepare('SELECT count(*) AS n FROM frames').get()?.['n']) >= least;
    } finally {
      copied.close();
    }
  } catch {
    return false;
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
};

test('a copy is whole even where the log was moved into the database and written on while it was made', () => {
  const writer = openSessionToWrite(folder);
  let n = 0;
  const put = writer.prepare("INSERT INTO frames (id, at_ms, state, sharpness) VALUES (?, 0, 'sharp', 1)");
  const write = (): void => {
    for (let i = 0; i < 50; i++) {
      writer.exec('BEGIN');
      for (let row = 0; row < 20; row++) put.run(n++);
      writer.exec('COMMIT');
    }
  };
  const moveAndWriteOn = (): void => {
    const other = new DatabaseSync(database());
    other.exec('PRAGMA wal_checkpoint(PASSIVE)');
    other.close();
    write();
  };
  write();
  // Without the guard this is just what tears it.
  expect(copyAround(moveAndWriteOn, () => n)).toBe(false);
  {
    using _guard = createCopyGuard(folder, writer);
    write();
    for (let round = 0; round < 5; round++) expect(copyAround(moveAndWriteOn, () => n)).toBe(true);
  }
  using small = createCopyGuard(folder, writer, 10_000);
  write();
  small.look();
  expect(statSync(`${database()}-wal`).size).toBe(0);
  writer.close();
});
