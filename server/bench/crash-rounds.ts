import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../domain/random.ts';
import { DATABASE_FILE, sessionFolder, sessionsFolder } from '../sessions/session-folder.ts';
import { videoLengthMs } from '../sessions/video-length.ts';
import { lostCorrections, startCorrector } from './crash-corrector.ts';
import {
  type Committed,
  cameraPid,
  committedOf,
  type KilledService,
  killAndWait,
  startKilledService,
  untilCommitted,
} from './killed-service.ts';

export type CrashKind = 'camera' | 'server' | 'copy';

/** What one blow did. */
export type CrashRound = {
  readonly kind: CrashKind;
  /** Whether the database was whole and held all that had been committed. */
  readonly opens: boolean;
  readonly framesLost: number;
  /** From the last frame of the video that plays to the blow; `undefined` where the video does not play. */
  readonly videoLossMs: number | undefined;
  /** Until frames were committed again; a copy interrupts nothing. */
  readonly resumedMs: number | undefined;
  /** Corrections that had been acknowledged and are not in its history. */
  readonly correctionsLost: number;
  /** Counted since the map was kept last, and taken back: they are counted again where they are seen again. */
  readonly cellsTakenBack: number;
};

/** What must be on disk before a blow is struck. */
const LEAST_MS = 1500;
const LONGEST_WAIT_MS = 4000;

const isWhole = (folder: string): boolean => {
  try {
    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    try {
      return Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0] === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
};

/** Watches what is committed for a while: the least that it lags behind the wall clock tells where the session's clock stands. */
const watch = async (dataDir: string, forMs: number, signal: AbortSignal): Promise<{ last: Committed; offsetMs: number }> => {
  const from = await committedOf(dataDir);
  const base = from?.videos.length ?? 0;
  let last = await untilCommitted(dataDir, ({ videos, lastMs }) => videos.length >= base && lastMs > 0, signal);
  let offsetMs = Number.POSITIVE_INFINITY;
  const until = Date.now() + forMs;
  while (Date.now() < until) {
    signal.throwIfAborted();
    await sleep(15);
    const now = await committedOf(dataDir);
    if (now === undefined) continue;
    if (now.lastMs > last.lastMs) offsetMs = Math.min(offsetMs, Date.now() - now.lastMs);
    last = now;
  }
  return { last, offsetMs };
};

/** The kinds of blows, camera and server in turn, copies spread among them. */
const kindsOf = (rounds: number, copies: number): CrashKind[] => {
  const kinds: CrashKind[] = [];
  let copied = 0;
  for (let kill = 0; kill < rounds; kill++) {
    kinds.push(kill % 2 === 0 ? 'camera' : 'server');
    for (; copied < Math.round(((kill + 1) * copies) / rounds); copied++) kinds.push('copy');
  }
  for (; copied < copies; copied++) kinds.push('copy');
  return kinds;
};

/** Moves the log into the database as far as that goes, as another program that opens the session may do at any time. */
const checkpoint = (folder: string): void => {
  const database = new DatabaseSync(join(folder, DATABASE_FILE), { timeout: 100 });
  try {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // The writer is at it this moment.
  } finally {
    database.close();
  }
};

/** Copies the folder; half of the copies meet a checkpoint. */
const copyTo = async (folder: string, copy: string, meets: boolean): Promise<void> => {
  const copied = cp(folder, copy, { recursive: true });
  if (meets) checkpoint(folder);
  await copied;
};

/** Strikes a recording service so many times, while corrections are made. `onRound` hears of each blow. */
export const runCrashRounds = async (
  dataDir: string,
  {
    source,
    rounds: kills,
    copies,
    seed,
  }: { readonly source: string; readonly rounds: number; readonly copies: number; readonly seed: number },
  signal: AbortSignal,
  onRound: (round: CrashRound, n: number) => void,
): Promise<CrashRound[]> => {
  const random = seededRandom(seed);
  const rounds: CrashRound[] = [];
  let service: KilledService = await startKilledService(dataDir, source);
  const corrector = startCorrector(() => service.url, dataDir);
  try {
    let videos = 0;
    for (const [n, kind] of kindsOf(kills, copies).entries()) {
      const begun = await untilCommitted(
        dataDir,
        (now) => now.videos.length > videos || (kind !== 'camera' && now.videos.length > 0),
        signal,
      );
      const startMs = begun.videos.at(-1)!.startMs;
      await untilCommitted(dataDir, ({ lastMs }) => lastMs > startMs + LEAST_MS, signal);
      const { last, offsetMs } = await watch(dataDir, 600 + random.next() * LONGEST_WAIT_MS, signal);
      const folder = sessionFolder(dataDir, last.id)!;
      const copy = join(sessionsFolder(dataDir), '..', 'copy');
      const pid = kind === 'camera' ? await cameraPid(service) : 0;
      const acknowledged = corrector.acknowledged();
      const struckAt = Date.now();
      if (kind === 'camera') process.kill(pid, 'SIGKILL');
      else if (kind === 'server') await killAndWait(service.server);
      else await copyTo(folder, copy, n % 2 === 0);
      const struck = kind === 'copy' ? copy : folder;
      const video = last.videos.at(-1)!;
      const playsMs = await videoLengthMs(join(struck, video.file));
      const whole = isWhole(struck);
      const correctionsLost = lostCorrections(struck, acknowledged);
      if (kind === 'copy') await rm(copy, { recursive: true, force: true });
      if (kind === 'server') service = await startKilledService(dataDir, source);
      videos = last.videos.length;
      const after = await untilCommitted(
        dataDir,
        (now) => now.id === last.id && now.lastMs > last.lastMs && (kind === 'copy' || now.videos.length > videos),
        signal,
      );
      const round: CrashRound = {
        kind,
        opens: whole && after.id === last.id,
        framesLost: Math.max(0, last.frames - after.frames),
        videoLossMs: playsMs === undefined ? undefined : struckAt - offsetMs - (video.startMs + playsMs),
        resumedMs: kind === 'copy' ? undefined : Date.now() - struckAt,
        correctionsLost: Math.max(correctionsLost, lostCorrections(folder, acknowledged)),
        cellsTakenBack: Math.max(0, last.cells - after.cells),
      };
      rounds.push(round);
      onRound(round, n + 1);
    }
  } finally {
    await corrector.stop();
    await killAndWait(service.server);
  }
  return rounds;
};
