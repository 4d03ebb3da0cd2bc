import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type JobNews, type JobOrder, jobNews } from './job-messages.ts';

/** A running process of a job. */
export type JobChild = {
  /** Asks it to stop: by a message and SIGTERM, and by SIGKILL where that does not help. Settles when it is gone. */
  stop(): Promise<void>;
};

export type JobChildEvents = {
  onNews(news: JobNews): void;
  /** The process is gone; `how` says it in words, with the last thing it complained of. */
  onExit(how: string): void;
};

const COMPLAINT_BYTES = 4096;

const lastLine = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');

/** Starts the process of a job, `nice` steps behind what runs normally. Its environment lacks the server's token. It ends by itself when the server is gone. */
export const startJobChild = (
  { file, nice, stopWithinMs = 10_000 }: { readonly file: URL; readonly nice: number; readonly stopWithinMs?: number },
  order: JobOrder & { type: 'start' },
  { onNews, onExit }: JobChildEvents,
): JobChild => {
  const { SMEARSCOPE_TOKEN: _token, WATCH_REPORT_DEPENDENCIES: _watch, ...env } = process.env;
  const child: ChildProcess = fork(fileURLToPath(file), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env,
  });
  try {
    // Threads that it starts later inherit it.
    if (child.pid !== undefined) setPriority(child.pid, nice);
  } catch {
    // Without the right to it the job runs like everything else.
  }
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_BYTES);
  });
  child.on('message', (message) => {
    const news = jobNews.safeParse(message);
    if (news.success) onNews(news.data);
  });
  const gone = new Promise<void>((resolve) => {
    let told = false;
    const tell = (how: string): void => {
      if (told) return;
      told = true;
      onExit(how);
      resolve();
    };
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const said = lastLine(complaint);
      tell(said === undefined ? how : `${how}: ${said.slice(0, 300)}`);
    });
    child.once('error', (error) => tell(error.message));
  });
  const send = (message: JobOrder): void => {
    if (child.connected) child.send(message, () => {});
  };
  send(order);
  return {
    stop: async () => {
      send({ type: 'stop' });
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await gone;
      clearTimeout(timer);
    },
  };
};
