import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { isEnded, type Job, type JobKind } from '../../domain/job.ts';
import { type JobChild, startJobChild } from './job-child.ts';
import { openJobFiles } from './job-files.ts';
import type { JobNews } from './job-messages.ts';

export type JobKindSetup = {
  /** Main file of the process, which calls `runAsJob`. */
  readonly file: URL;
  /** Whether a stopped or interrupted one can go on where it was. */
  readonly resumable: boolean;
  /** How long it may take to stop before it is killed; 10 s where it is not said. */
  readonly stopWithinMs?: number;
};

/** The jobs of a server: one at a time of each kind, the others wait in line. */
export type JobDesk = {
  /** Newest first. */
  list(kind?: JobKind): readonly Job[];
  get(id: string): Job | undefined;
  /** Throws a `usage` fault where too many wait. */
  start(kind: JobKind, request: Record<string, unknown>): Job;
  /** Goes on with one that was stopped, interrupted or failed. Throws a `usage` fault where it cannot; `undefined` where there is none. */
  resume(id: string): Job | undefined;
  /** Stops one that runs or waits, forgets one that ended. Settles when its process is gone; `undefined` where there is none. */
  end(id: string): Promise<Job | undefined>;
  /** Hears each change of a job; gives the way to stop hearing. */
  watch(onChange: (job: Job) => void): () => void;
  /** Interrupts what runs. */
  close(): Promise<void>;
};

const MOST_WAITING = 50;
const MOST_KEPT = 200;
const WRITE_EVERY_MS = 1000;
const MOST_RESULT_CHARS = 64 * 1024;

const usage = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

const newId = (): string => {
  const [day, time] = new Date().toISOString().split(/[T.]/);
  return `${day!.replaceAll('-', '')}-${time!.replaceAll(':', '')}-${randomBytes(3).toString('hex')}`;
};

/**
 * Opens the jobs of a data folder. What was running when a service before this one ended is `interrupted`; what waited, waits on.
 * Each change is on disk; progress once a second.
 */
export const createJobDesk = (dataDir: string, kinds: Readonly<Record<JobKind, JobKindSetup>>, nice = 10): JobDesk => {
  const files = openJobFiles(dataDir);
  const jobs = new Map<string, Job>();
  const children = new Map<string, JobChild>();
  const listeners = new Set<(job: Job) => void>();
  const writtenAt = new Map<string, number>();
  let closing = false;

  const keep = (next: Job): Job => {
    const known = jobs.get(next.id);
    jobs.set(next.id, next);
    const now = performance.now();
    if (known?.state !== next.state || now - (writtenAt.get(next.id) ?? 0) > WRITE_EVERY_MS) {
      try {
        files.write(next);
      } catch {
        // A full disk does not end the work.
      }
      writtenAt.set(next.id, now);
    }
    for (const listener of listeners) listener(next);
    return next;
  };
  const change = (id: string, by: Partial<Job>): void => {
    const known = jobs.get(id);
    if (known !== undefined) keep({ ...known, ...by });
  };
  const forget = (id: string): void => {
    jobs.delete(id);
    writtenAt.delete(id);
    files.remove(id);
  };
  const forgetOld = (): void => {
    const ended = [...jobs.values()].filter(isEnded);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - MOST_KEPT))) forget(id);
  };

  /** What news says of a job. */
  const said = (news: JobNews): Partial<Job> => {
    const endedAt = Date.now();
    switch (news.type) {
      case 'progress':
        return { done: news.done, total: news.total, text: news.text.slice(0, 300) };
      case 'done': {
        const small = JSON.stringify(news.result).length <= MOST_RESULT_CHARS;
        return { state: 'done', endedAt, text: '', ...(small ? { result: news.result } : {}) };
      }
      case 'failed':
        return { state: 'failed', endedAt, error: news.error.slice(0, 1000) };
      case 'stopped':
        return { state: closing ? 'interrupted' : 'stopped', endedAt };
      default:
        return news satisfies never;
    }
  };

  const begin = ({ id, kind, request, startedAt }: Job): void => {
    change(id, { state: 'running', startedAt: Date.now(), text: 'starting' });
    const order = { type: 'start', job: id, request, dataDir: resolve(dataDir), resume: startedAt !== undefined } as const;
    children.set(
      id,
      startJobChild({ ...kinds[kind], nice }, order, {
        onNews: (news) => {
          const known = jobs.get(id);
          if (known !== undefined && !isEnded(known)) change(id, said(news));
        },
        onExit: (how) => {
          children.delete(id);
          const known = jobs.get(id);
          if (known !== undefined && !isEnded(known)) {
            const state = closing ? 'interrupted' : known.state === 'stopping' ? 'stopped' : 'failed';
            change(id, {
              state,
              endedAt: Date.now(),
              ...(state === 'failed' ? { error: `its process ended (${how})`.slice(0, 1000) } : {}),
            });
          }
          next(kind);
        },
      }),
    );
  };
  const next = (kind: JobKind): void => {
    if (closing) return;
    forgetOld();
    const ofKind = [...jobs.values()].filter((job) => job.kind === kind);
    if (ofKind.some(({ id }) => children.has(id))) return;
    const first = ofKind.find(({ state }) => state === 'waiting');
    if (first !== undefined) begin(first);
  };

  for (const known of files.read())
    keep(known.state === 'running' || known.state === 'stopping' ? { ...known, state: 'interrupted', endedAt: Date.now() } : known);
  for (const kind of Object.keys(kinds)) next(kind as JobKind);

  return {
    list: (kind) => [...jobs.values()].filter((job) => kind === undefined || job.kind === kind).sort((a, b) => b.askedAt - a.askedAt),
    get: (id) => jobs.get(id),
    start: (kind, request) => {
      if ([...jobs.values()].filter(({ state }) => state === 'waiting').length >= MOST_WAITING)
        throw usage(`${MOST_WAITING} jobs wait already`, 'let some of them end first');
      const { resumable } = kinds[kind];
      const { id } = keep({ id: newId(), kind, state: 'waiting', request, done: 0, total: 0, text: '', askedAt: Date.now(), resumable });
      next(kind);
      return jobs.get(id)!;
    },
    resume: (id) => {
      const known = jobs.get(id);
      if (known === undefined) return undefined;
      if (!known.resumable) throw usage(`a ${known.kind} job cannot go on where it was`, 'start a new one');
      if (known.state === 'done' || !isEnded(known)) throw usage(`job ${id} is ${known.state}`, 'one that was stopped can be resumed');
      const { endedAt: _ended, error: _error, ...rest } = known;
      keep({ ...rest, state: 'waiting' });
      next(known.kind);
      return jobs.get(id);
    },
    end: async (id) => {
      const known = jobs.get(id);
      if (known === undefined) return undefined;
      if (isEnded(known)) forget(id);
      else if (known.state === 'waiting') change(id, { state: 'stopped', endedAt: Date.now() });
      else {
        change(id, { state: 'stopping' });
        await children.get(id)?.stop();
      }
      return jobs.get(id) ?? known;
    },
    watch: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    close: async () => {
      closing = true;
      await Promise.all([...children.values()].map((child) => child.stop()));
    },
  };
};
