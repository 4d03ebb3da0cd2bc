import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CameraNews, type CameraOrder, cameraNews } from './camera-messages.ts';

/** A running camera process as the supervisor holds it. */
export type CameraChild = {
  readonly pid: number | undefined;
  send(order: CameraOrder): void;
  /** Asks the process to end, and ends it where it does not. Settles when it is gone. */
  end(): Promise<void>;
  kill(): void;
};

export type CameraChildEvents = {
  onNews(news: CameraNews): void;
  /** A message that does not hold to the protocol; it is dropped. */
  onGarbled(what: string): void;
  /** The process is gone; `how` says it in words, with the last thing it complained of. */
  onExit(how: string): void;
};

const PROCESS_FILE = fileURLToPath(new URL('./camera-process.ts', import.meta.url));
const END_WITHIN_MS = 3000;
const COMPLAINT_BYTES = 4096;

const exitInWords = (code: number | null, signal: string | null, complaint: string): string => {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  // Of an uncaught error the line that names it, not the last line of its stack.
  const lines = complaint.split('\n').map((line) => line.trim());
  const named = lines.findLast((line) => /^\w*(Error|Fault)\b.*:/.test(line)) ?? lines.findLast((line) => line !== '');
  return named === undefined ? how : `${how}: ${named.slice(0, 300)}`;
};

/** Starts a camera process. Its environment lacks the server's token. It ends by itself when the server is gone. */
export const startCameraChild = ({ onNews, onGarbled, onExit }: CameraChildEvents): CameraChild => {
  // Under `node --watch` a child would report the files it loads through the same channel.
  const { SMEARSCOPE_TOKEN: _token, WATCH_REPORT_DEPENDENCIES: _watch, ...env } = process.env;
  const child: ChildProcess = fork(PROCESS_FILE, [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env,
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_BYTES);
  });
  child.on('message', (message) => {
    const news = cameraNews.safeParse(message);
    if (news.success) onNews(news.data);
    else onGarbled(`${news.error.issues[0]?.path.join('.')}: ${news.error.issues[0]?.message}`);
  });
  const gone = new Promise<void>((resolve) => {
    let told = false;
    const tell = (how: string): void => {
      if (told) return;
      told = true;
      onExit(how);
      resolve();
    };
    // `close` comes after the last of stderr was read; without it the complaint would be missing.
    child.once('close', (code, signal) => tell(exitInWords(code, signal, complaint)));
    child.once('error', (error) => tell(error.message));
  });
  const send = (order: CameraOrder): void => {
    // A process that is just ending has no channel any more; its exit is told on its own.
    if (child.connected) child.send(order, () => {});
  };
  return {
    pid: child.pid,
    send,
    end: async () => {
      send({ type: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await gone;
      clearTimeout(timer);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
};
