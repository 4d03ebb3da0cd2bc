import { Worker } from 'node:worker_threads';
import { FaultError } from '../../domain/fault.ts';
import type { BatchAnswer, BatchThreadData } from './segment-batch-worker.ts';
import type { SegmentBatch } from './segment-batches.ts';

/** Batches of a run, each a function of seed and step alone, whoever makes it. Faults of `batch`: `data`. */
export type BatchesAhead = AsyncDisposable & { batch(step: number): Promise<SegmentBatch> };

type Promised = { readonly promise: Promise<SegmentBatch>; resolve(batch: SegmentBatch): void; reject(reason: unknown): void };

/** Makes batches in a thread of their own: while a step is computed, that of the next one is made. */
export const openBatchesAhead = (data: BatchThreadData): BatchesAhead => {
  const worker = new Worker(new URL('./segment-batch-worker.ts', import.meta.url), {
    workerData: data,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const asked = new Map<number, Promised>();
  let failed: unknown;
  const fail = (reason: unknown): void => {
    failed ??= reason;
    for (const { reject } of asked.values()) reject(reason);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that makes batches has ended')));
  worker.on('message', (answer: BatchAnswer) => {
    const { resolve, reject } = asked.get(answer.step)!;
    if ('batch' in answer) resolve(answer.batch);
    else reject('fault' in answer ? new FaultError(answer.fault) : new Error(answer.why));
  });
  const ask = (step: number): Promised => {
    const before = asked.get(step);
    if (before !== undefined) return before;
    const promised = Promise.withResolvers<SegmentBatch>();
    // What was made ahead may never be asked for.
    promised.promise.catch(() => undefined);
    asked.set(step, promised);
    if (failed === undefined) worker.postMessage(step);
    else promised.reject(failed);
    return promised;
  };
  return {
    batch: async (step) => {
      const { promise } = ask(step);
      ask(step + 1);
      const batch = await promise;
      asked.delete(step);
      return batch;
    },
    [Symbol.asyncDispose]: async () => {
      worker.removeAllListeners();
      await worker.terminate();
    },
  };
};
