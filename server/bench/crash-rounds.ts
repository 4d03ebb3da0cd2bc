import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../domain/random.ts';
import { DATABASE_FILE, sessionFolder, sessionsFolder } from '../sessions/session-folder.ts';
import { videoLengthMs } from '../sessions/video-length.ts';
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

/** Strikes a recording service so many times. `onRound` hears of each blow. */
export const runCrashRounds = async (
  dataDir: string,
  { source, times, seed }: { readonly source: string; readonly times: number; readonly seed: number },
  signal: AbortSignal,
  onRound: (round: CrashRound, n: number) => void,
): Promise<CrashRound[]> => {
  const random = seededRandom(seed);
  const kinds: readonly CrashKind[] = ['camera', 'copy', 'server'];
  const rounds: CrashRound[] = [];
  let service: KilledService = await startKilledService(dataDir, source);
  try {
    let videos = 0;
    for (let n = 0; n < times; n++) {
      const kind = kinds[n % kinds.length]!;
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
      const struckAt = Date.now();
      if (kind === 'camera') process.kill(pid, 'SIGKILL');
      else if (kind === 'server') await killAndWait(service.server);
      else await cp(folder, copy, { recursive: true });
      const struck = kind === 'copy' ? copy : folder;
      const video = last.videos.at(-1)!;
      const playsMs = await videoLengthMs(join(struck, video.file));
      const whole = isWhole(struck);
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
        cellsTakenBack: Math.max(0, last.cells - after.cells),
      };
      rounds.push(round);
      onRound(round, n + 1);
    }
  } finally {
    await killAndWait(service.server);
  }
  return rounds;
};
