import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The page is built first where it changed, on a machine that may have other work. */
const READY_WITHIN_MS = 120_000;

/** The real service in a process of its own. */
export type StartedService = AsyncDisposable & {
  /** Address of the page, token included. */
  readonly address: string;
  /** Where it keeps its sessions. */
  readonly dataDir: string;
  /** Process ids of its camera processes. */
  cameraPids(): Promise<readonly number[]>;
};

/** Starts `serve` on a free port (or the given one) with an empty data folder and a token; settles when the page can be opened. */
export const startService = async (source: string, { port = 0, flags = [] as readonly string[] } = {}): Promise<StartedService> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-e2e-'));
  const service = spawn(
    process.execPath,
    [join(ROOT, 'server/cli/smearscope.ts'), 'serve', '--port', String(port), '--source', source, '--data-dir', dataDir, ...flags],
    { env: { ...process.env, SMEARSCOPE_TOKEN: 'only-for-this-test-run' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    const give = (text: string) => {
      said += text;
      const found = /Smearscope is on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    service.stdout.setEncoding('utf8').on('data', give);
    service.stderr.setEncoding('utf8').on('data', give);
    service.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${said.slice(-500)}`)));
    setTimeout(() => reject(new Error(`serve is not ready: ${said.slice(-500)}`)), READY_WITHIN_MS).unref();
  });
  return {
    address,
    dataDir,
    cameraPids: async () => {
      const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
      return stdout
        .split('\n')
        .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
        .filter((found) => found !== null && Number(found[2]) === service.pid && found[3]?.includes('camera-process'))
        .map((found) => Number(found?.[1]));
    },
    [Symbol.asyncDispose]: async () => {
      const gone = once(service, 'exit');
      service.kill('SIGINT');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
