import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILE } from './session-folder.ts';

/**
 * Keeps a session that is being written such that a plain copy of its folder is whole, whenever it is made. A copy is torn where the log was begun
 * anew between the copying of the database and of the log: what had been moved from one to the other is then in neither. As long as somebody reads
 * the beginning of the log SQLite moves nothing out of it that is not in it still (https://sqlite.org/wal.html, section 3.1); the guard is that reader.
 */
export type CopyGuard = Disposable & {
  /** Lets go where the log has become too large, so that it is begun anew with the next transaction. */
  look(): void;
};

/** About an hour of recording. */
const MOST_LOG_BYTES = 2 ** 30;

/** `writer` is the connection that writes; nothing of it may be underway at a call. */
export const createCopyGuard = (folder: string, writer: DatabaseSync, mostLogBytes = MOST_LOG_BYTES): CopyGuard => {
  const path = join(folder, DATABASE_FILE);
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  const hold = (): void => {
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
  };
  hold();
  return {
    look: () => {
      if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) < mostLogBytes) return;
      reader.exec('COMMIT');
      writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      hold();
    },
    [Symbol.dispose]: () => reader.close(),
  };
};
