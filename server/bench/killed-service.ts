import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listSessionIds, sessionFolder } from '../sessions/session-folder.ts';
import { openSessionReader, type SessionExtent } from '../sessions/session-reader.ts';

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
export type Committed = SessionExtent & { readonly id: string };

export const committedOf = async (dataDir: string): Promise<Committed | undefined> => {
  const [id] = await listSessionIds(dataDir);
  if (id === undefined) return undefined;
  try {
    using reader = openSessionReader(sessionFolder(dataDir, id)!);
    return { id, ...reader.extent() };
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
