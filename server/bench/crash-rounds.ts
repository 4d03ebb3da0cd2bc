import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../domain/random.ts';
import { DATABASE_FILE, sessionFolder, sessionsFolder } from '../sessions/session-folder.ts';
import { videoLengthMs } from '../sessions/video-length.ts';
import { lostCorrections, startCorrector } from './crash-corrector.ts';
import { startCrashViewer } from './crash-viewer.ts';
import { cameraPid, committedOf, type KilledService, killAndWait, startKilledService, untilCommitted } from './killed-service.ts';

export type CrashKind = 'camera' | 'server' | 'copy';

/** What one blow did. */
export type CrashRound = {
  readonly kind: CrashKind;
  /** Whether the database was whole and held all that had been committed. */
  readonly opens: boolean;
  readonly framesLost: number;
  /** From the last frame of the video that plays to the last one that had reached the recorder; `undefined` where the video does not play. */
  readonly videoLossMs: number | undefined;
  /** From the last frame that the database names to the last one that had reached the recorder. */
  readonly rowsBehindMs: number;
  /** Until frames were committed again; a copy interrupts nothing. */
  readonly resumedMs: number | undefined;
  /** Corrections that had been acknowledged and are not in its history. */
  readonly correctionsLost: number;
  /** Counted since the map was kept last, and taken back: they are counted again where they are seen again. */
  readonly cellsTakenBack: number;
  readonly tookMs: number;
};

/** What must be in the video before a blow is struck, and how long it is waited at most then. */
const LEAST_MS = 700;
const LONGEST_WAIT_MS = 2500;

/** What a session's database holds; `undefined` where it is damaged. */
const heldIn = (folder: string): { frames: number; cells: number; lastMs: number } | undefined => {
  try {
    // Only read: how it was left is what is judged, and what the camera has to go on with.
    using database = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true, timeout: 5000 });
    if (Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0] !== 'ok') return undefined;
    const number = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
    return {
      frames: number('SELECT count(*) FROM frames'),
      cells: number('SELECT count(*) FROM cells'),
      lastMs: number('SELECT max(at_ms) FROM frames'),
    };
  } catch {
    return undefined;
  }
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
  using database = new DatabaseSync(join(folder, DATABASE_FILE), { timeout: 100 });
  try {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // The writer is at it this moment.
  }
};

/** Copies the folder; half of the copies meet a checkpoint. */
const copyTo = async (folder: string, copy: string, meets: boolean): Promise<void> => {
  const copied = cp(folder, copy, { recursive: true });
  if (meets) checkpoint(folder);
  await copied;
};

/**
 * Strikes a recording service so many times, while corrections are made and somebody looks. `onRound` hears of each blow.
 *
 * Video lost is the time from the last decodable frame of the video to the last frame that had reached the recorder before the blow. A frame is known
 * to have reached it by two witnesses, of which the later counts: it was shown to a viewer of the live picture, which happens after the recorder has
 * it, or the session's database names it. A camera that was given no time to capture anything meanwhile has lost nothing.
 */
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
  const viewer = startCrashViewer(() => service.url);
  try {
    let videos = 0;
    for (const [n, kind] of kindsOf(kills, copies).entries()) {
      const begunAt = performance.now();
      await untilCommitted(
        dataDir,
        ({ videos: now, video, lastMs }) => now > videos && video !== undefined && lastMs > video.startMs + LEAST_MS,
        signal,
      );
      await sleep(random.next() * LONGEST_WAIT_MS, undefined, { signal });
      const pid = kind === 'camera' ? await cameraPid(service) : 0;
      const last = (await committedOf(dataDir))!;
      const folder = sessionFolder(dataDir, last.id)!;
      const copy = join(sessionsFolder(dataDir), '..', 'copy');
      const before = heldIn(folder);
      const acknowledged = corrector.acknowledged();
      const { shownMs } = viewer;
      const struckAt = performance.now();
      if (kind === 'camera') process.kill(pid, 'SIGKILL');
      else if (kind === 'server') await killAndWait(service.server);
      else await copyTo(folder, copy, n % 2 === 0);
      const struck = kind === 'copy' ? copy : folder;
      // What it wrote to the end counts, not what the camera that comes after it writes.
      const held = heldIn(struck);
      const playsMs = await videoLengthMs(join(struck, last.video!.file));
      const correctionsLost = lostCorrections(struck, acknowledged);
      if (kind === 'copy') await rm(copy, { recursive: true, force: true });
      if (kind === 'server') service = await startKilledService(dataDir, source);
      if (kind !== 'copy') videos = last.videos;
      const after = await untilCommitted(
        dataDir,
        (now) => now.id === last.id && now.lastFrame > last.lastFrame && (kind === 'copy' || now.videos > videos),
        signal,
      );
      const resumedMs = performance.now() - struckAt;
      const later = heldIn(folder);
      const reachedMs = Math.max(shownMs, last.lastMs, kind === 'copy' ? 0 : (held?.lastMs ?? 0));
      const round: CrashRound = {
        kind,
        opens: held !== undefined && later !== undefined && after.id === last.id,
        // Counted by rows: numbers are left out where frames were dropped.
        framesLost: Math.max(0, (before?.frames ?? 0) - Math.min(held?.frames ?? 0, later?.frames ?? 0)),
        videoLossMs: playsMs === undefined ? undefined : Math.max(0, reachedMs - (last.video!.startMs + playsMs)),
        rowsBehindMs: Math.max(0, reachedMs - (held?.lastMs ?? 0)),
        resumedMs: kind === 'copy' ? undefined : resumedMs,
        correctionsLost: Math.max(correctionsLost, lostCorrections(folder, acknowledged)),
        cellsTakenBack: Math.max(0, (before?.cells ?? 0) - (later?.cells ?? 0)),
        tookMs: performance.now() - begunAt,
      };
      rounds.push(round);
      onRound(round, n + 1);
    }
  } finally {
    await Promise.all([corrector.stop(), viewer.stop()]);
    await killAndWait(service.server);
  }
  return rounds;
};
