import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { ExportReading } from './export-cells.ts';
import type { Exported } from './export-session.ts';

export type ExportOrder = {
  readonly folder: string;
  readonly format: string;
  readonly out: string;
  readonly reading?: ExportReading | undefined;
  readonly program: string;
};

export type ExportAnswer = { readonly type: 'done'; readonly exported: Exported } | { readonly type: 'failed'; readonly fault: Fault };

const failed = (what: string): FaultError => new FaultError({ kind: 'internal', what, remedy: 'see the log of the service' });

/** Writes an export in a thread of its own; the signal ends it. Throws the faults of `exportSession`. */
export const runExport = async (order: ExportOrder, signal: AbortSignal): Promise<Exported> => {
  const worker = new Worker(new URL('./export-worker.ts', import.meta.url), {
    workerData: order,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const ended = once(worker, 'exit').then((): ExportAnswer => ({ type: 'failed', fault: failed('the export was stopped').fault }));
    const said = once(worker, 'message').then(([message]) => message as ExportAnswer);
    said.catch(() => {});
    const answer = await Promise.race([said, ended]);
    if (answer.type === 'done') return answer.exported;
    throw new FaultError(answer.fault);
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
};
