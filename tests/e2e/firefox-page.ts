import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const PLACES = [
  process.env['SMEARSCOPE_FIREFOX'],
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];
const START_WITHIN_MS = 60_000;

/** A Firefox of this machine, or the one named in `SMEARSCOPE_FIREFOX`. */
export const findFirefox = (): string | undefined =>
  PLACES.find((path) => {
    try {
      accessSync(path ?? '', constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A page in a Firefox without a window. */
export type FirefoxPage = AsyncDisposable & {
  open(address: string): Promise<void>;
  /** The value of an expression in the page, as JSON. */
  evaluate<T>(expression: string): Promise<T>;
};

type Reply = { readonly id: number; readonly type: string; readonly result?: unknown; readonly message?: string };

/** Starts Firefox with these preferences and drives it by WebDriver BiDi (W3C), of which the released playwright-core asks more than Firefox has. */
export const openFirefox = async (executablePath: string, preferences: Readonly<Record<string, boolean>>): Promise<FirefoxPage> => {
  await using owned = new AsyncDisposableStack();
  const profile = await mkdtemp(join(tmpdir(), 'smearscope-firefox-'));
  owned.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`);
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  const firefox = spawn(executablePath, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  owned.defer(async () => {
    const gone = new Promise((resolve) => firefox.once('exit', resolve));
    if (firefox.kill()) await gone;
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    firefox.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    firefox.once('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said.slice(-300)}`)));
    setTimeout(() => reject(new Error(`Firefox is not ready: ${said.slice(-300)}`)), START_WITHIN_MS).unref();
  });
  const socket = new WebSocket(`${address}/session`);
  owned.defer(() => socket.close());
  const open = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    open.get(reply.id)?.(reply);
    open.delete(reply.id);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let last = 0;
  const ask = async (method: string, params: object): Promise<unknown> => {
    const id = ++last;
    const reply = await new Promise<Reply>((resolve) => {
      open.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (reply.type === 'error') throw new Error(`${method}: ${reply.message}`);
    return reply.result;
  };
  await ask('session.new', { capabilities: {} });
  const { contexts } = (await ask('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const { context } = contexts[0]!;
  const all = owned.move();
  return {
    open: async (url) => {
      await ask('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    evaluate: async (expression) => {
      const asked = { expression: `(async () => JSON.stringify(await (${expression})))()`, target: { context }, awaitPromise: true };
      const told = (await ask('script.evaluate', asked)) as {
        type: string;
        result?: { value?: string };
        exceptionDetails?: { text: string };
      };
      if (told.type !== 'success') throw new Error(`${expression}: ${told.exceptionDetails?.text}`);
      return told.result?.value === undefined ? undefined : JSON.parse(told.result.value);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
};
