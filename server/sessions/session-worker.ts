import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { openStepFile, type StepFile } from '../replay/step-file.ts';
import { type CopyGuard, createCopyGuard } from './copy-guard.ts';
import { encodeCrop } from './encode-crop.ts';
import type { FromSessionThread, SessionBatch, ToSessionThread } from './session-batch.ts';
import { openSessionToWrite } from './session-database.ts';
import { holdSession, releaseSession } from './session-lock.ts';
import { createSessionWriter, type SessionWriter, type StoredCrop } from './session-writer.ts';

/** The thread that writes a session: whatever the disk does, counting does not wait for it. */
const RETRY_MS = 2000;

const port = parentPort!;
const say = (message: FromSessionThread): void => port.postMessage(message);
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let database: DatabaseSync | undefined;
let writer: SessionWriter | undefined;
let guard: CopyGuard | undefined;
let steps: StepFile | undefined;
let closing = false;
let home = '';

const encoded = async (crops: SessionBatch['crops']): Promise<StoredCrop[]> => {
  const stored: StoredCrop[] = [];
  for (const crop of crops) {
    const { planes: _planes, fullRange: _range, ...rest } = crop;
    // A picture that cannot be encoded is a picture less.
    const jpeg = await encodeCrop(crop).catch(() => undefined);
    if (jpeg !== undefined) stored.push({ ...rest, jpeg });
  }
  return stored;
};

/** Does what the disk has to take in, again and again until it does or the session is closed. Tells whether it did. */
const insist = async (work: () => void): Promise<boolean> => {
  for (;;) {
    try {
      work();
      return true;
    } catch (error) {
      say({ type: 'stuck', what: words(error) });
      if (closing) return false;
      await sleep(RETRY_MS);
    }
  }
};

const write = async (batch: SessionBatch): Promise<void> => {
  const crops = await encoded(batch.crops);
  let kept = false;
  const written = await insist(() => {
    // Before what follows from them: a ledger without its steps could not be told again.
    if (!kept && batch.steps !== undefined && batch.steps.length > 0) {
      steps ??= openStepFile(home);
      steps.append(batch.steps);
    }
    kept = true;
    writer?.write(batch, crops);
    guard?.look();
  });
  if (written) say({ type: 'written' });
};

const open = (folder: string): void => {
  try {
    database = openSessionToWrite(folder);
    holdSession(folder);
    home = folder;
    writer = createSessionWriter(database);
    const state = writer.begin(Date.now());
    guard = createCopyGuard(folder, database);
    say({ type: 'opened', state });
  } catch (error) {
    say({ type: 'unusable', what: words(error) });
  }
};

const close = async (): Promise<void> => {
  for (const part of [
    () => guard?.[Symbol.dispose](),
    // Readers keep the log alive otherwise; a session at rest is one file.
    () => database?.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    () => database?.close(),
    () => steps?.close(),
  ]) {
    try {
      part();
    } catch {
      // What could not be written was told; the log beside the database holds the rest.
    }
  }
  if (home !== '') await releaseSession(home).catch(() => {});
  say({ type: 'closed' });
  port.close();
};

const heed = async (message: ToSessionThread): Promise<void> => {
  switch (message.type) {
    case 'open':
      return open(message.folder);
    case 'trim':
      await insist(() => writer?.trim(message.map));
      return;
    case 'write':
      return write(message.batch);
    case 'close':
      return close();
    default:
      message satisfies never;
  }
};

let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToSessionThread) => {
  if (message.type === 'close') closing = true;
  last = last.then(() => heed(message)).catch((error: unknown) => say({ type: 'stuck', what: words(error) }));
});
