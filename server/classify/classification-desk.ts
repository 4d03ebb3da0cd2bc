import { SHARE_ENV, Worker } from 'node:worker_threads';
import { FaultError } from '../../domain/fault.ts';
import { WHITE_CELLS } from '../../models/classify/load-classifier.ts';
import type { FromClassifyThread, PictureClassification, ToClassifyThread } from './classify-messages.ts';

/** Says what cells in pictures are likely to be, one after the other, in a thread of its own that begins with the first question. */
export type ClassificationDesk = AsyncDisposable & {
  /**
   * `key` names the picture: what was said of it before is said again. Faults: `engine` while too many wait or where the thread fails, `bundle` where
   * there is no such classifier.
   */
  ask(key: string, picture: Uint8Array, umPerPx: number): Promise<PictureClassification>;
};

const MOST_WAITING = 64;
const MOST_KEPT = 500;

type Job = { readonly resolve: (said: PictureClassification) => void; readonly reject: (error: unknown) => void };

type Thread = { readonly worker: Worker; readonly ready: Promise<void> };

export const createClassificationDesk = (model: string = WHITE_CELLS): ClassificationDesk => {
  const kept = new Map<string, Promise<PictureClassification>>();
  const jobs = new Map<number, Job>();
  let lastJob = 0;
  let thread: Thread | undefined;

  const fault = (what: string): FaultError =>
    new FaultError({ kind: 'engine', engine: model, what, remedy: 'ask again; see the log if it comes back' });
  const settle = (id: number): Job | undefined => {
    const job = jobs.get(id);
    jobs.delete(id);
    if (jobs.size === 0) thread?.worker.unref();
    return job;
  };

  const start = (): Thread => {
    const worker = new Worker(new URL('./classify-worker.ts', import.meta.url), { workerData: model, env: SHARE_ENV });
    const ready = Promise.withResolvers<void>();
    // Each question hears of it by itself.
    ready.promise.catch(() => undefined);
    const end = (reason: FaultError): void => {
      if (thread?.worker === worker) thread = undefined;
      ready.reject(reason);
      for (const id of [...jobs.keys()]) settle(id)?.reject(reason);
    };
    worker.on('message', (message: FromClassifyThread) => {
      switch (message.type) {
        case 'ready':
          ready.resolve();
          break;
        case 'unusable':
          end(new FaultError({ kind: 'bundle', bundle: model, what: message.what, remedy: 'install the classifier again' }));
          break;
        case 'classified':
          settle(message.job)?.resolve(message.classification);
          break;
        case 'failed':
          settle(message.job)?.reject(fault(`the picture cannot be classified (${message.what})`));
          break;
        default:
          message satisfies never;
      }
    });
    worker.on('error', (error) => end(fault(`its thread failed (${error instanceof Error ? error.message : String(error)})`)));
    worker.on('exit', () => end(fault('its thread has ended')));
    return { worker, ready: ready.promise };
  };

  const run = async (picture: Uint8Array, umPerPx: number): Promise<PictureClassification> => {
    thread ??= start();
    const { worker, ready } = thread;
    worker.ref();
    const job = ++lastJob;
    const said = new Promise<PictureClassification>((resolve, reject) => jobs.set(job, { resolve, reject }));
    said.catch(() => undefined);
    await ready;
    worker.postMessage({ job, picture, umPerPx } satisfies ToClassifyThread);
    return said;
  };

  return {
    ask: (key, picture, umPerPx) => {
      const known = kept.get(key);
      if (known !== undefined) return known;
      if (jobs.size >= MOST_WAITING) return Promise.reject(fault(`${jobs.size} cells wait to be classified`));
      const said = run(picture, umPerPx);
      kept.set(key, said);
      said.catch(() => kept.delete(key));
      const oldest = kept.keys().next().value;
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return said;
    },
    [Symbol.asyncDispose]: async () => {
      await thread?.worker.terminate();
    },
  };
};
