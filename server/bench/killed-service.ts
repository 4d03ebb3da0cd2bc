import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DATABASE_FILE, listSessionIds, sessionFolder } from '../sessions/session-folder.ts';

const PROGRAM = fileURLToPath(new URL('../cli/smearscope.ts', import.meta.url));
const START_WITHIN_MS = 600_000;

/** A service of our own that records, to be killed. */
export type KilledService = { readonly server: ChildProcess; readonly url: string };

/** Starts the service on a data folder, with recording on. */
export const startKilledService = async (dataDir: string, source: string): Promise<KilledService> => {
  const words = [
    'serve',
    '--port',
    '0',
    '--data-dir',
    dataDir,
    '--source',
    source,
    '--record',
    'video',
    '--engine',
    'onnx:cpu',
    '--threads',
    '1',
  ];
  const server = spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SMEARSCOPE_QUIET: '' },
  });
  server.stdout!.setEncoding('utf8');
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout!.on('data', (text: string) => {
      said += text;
      const [address] = /http:\/\/\S+/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    server.once('exit', (code) => reject(new Error(`the service ended with code ${code}`)));
    setTimeout(() => reject(new Error('the service did not start')), START_WITHIN_MS).unref();
  });
  return { server, url };
};

/** What is on disk of the newest session. */
export type Committed = {
  readonly id: string;
  readonly lastFrame: number;
  readonly lastMs: number;
  readonly videos: number;
  /** Its newest video that holds frames, and when that begins on the session's clock. */
  readonly video: { readonly file: string; readonly startMs: number } | undefined;
};

/** Few rows, found by their keys: looking must not slow down who writes. */
export const committedOf = async (dataDir: string): Promise<Committed | undefined> => {
  const [id] = await listSessionIds(dataDir);
  if (id === undefined) return undefined;
  try {
    using database = new DatabaseSync(join(sessionFolder(dataDir, id)!, DATABASE_FILE), { readOnly: true, timeout: 2000 });
    const last = database.prepare('SELECT id, at_ms AS ms FROM frames ORDER BY id DESC LIMIT 1').get();
    const video = database
      .prepare(
        `SELECT v.video AS n, v.file AS file, f.at_ms - s.video_ms AS startMs FROM videos v JOIN video_frames s ON s.video = v.video
         JOIN frames f ON f.id = s.frame ORDER BY v.video DESC, s.frame DESC LIMIT 1`,
      )
      .get();
    return {
      id,
      lastFrame: Number(last?.['id'] ?? -1),
      lastMs: Number(last?.['ms'] ?? 0),
      videos: Number(video?.['n'] ?? 0),
      video: video && { file: String(video['file']), startMs: Number(video['startMs']) },
    };
  } catch {
    // It is being made this moment.
    return undefined;
  }
};

/** Waits until `is` holds of what is on disk. */
export const untilCommitted = async (dataDir: string, is: (committed: Committed) => boolean, signal: AbortSignal): Promise<Committed> => {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const committed = await committedOf(dataDir);
    if (committed !== undefined && is(committed)) return committed;
    if (performance.now() - startedAt > START_WITHIN_MS) throw new Error('counting did not go on within ten minutes');
    await sleep(50);
  }
};

/** Process id of the service's camera. */
export const cameraPid = async ({ server }: KilledService): Promise<number> => {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(server.pid), '-f', 'camera-process']);
  return Number(stdout.trim().split('\n')[0]);
};

/** Kills a process and waits for its end. */
export const killAndWait = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
};
