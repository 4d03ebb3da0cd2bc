import { faultLine, toFault } from '../../domain/fault.ts';
import type { JobNews, JobOrder } from './job-messages.ts';

/** What a job's work has of the world. */
export type JobIo = {
  readonly job: string;
  /** The data folder of the server, absolute. */
  readonly dataDir: string;
  /** Aborted when the job is to stop. */
  readonly signal: AbortSignal;
  /** An earlier process of this job was stopped or interrupted: go on where it was. */
  readonly resume: boolean;
  /** Tells how far it is; as often as one likes. */
  progress(done: number, total: number, text: string): void;
};

const TELL_EVERY_MS = 200;

/**
 * The main function of a job's process: waits for the order to start, does the work, tells what came of it, and ends the process.
 * Work that throws while it is told to stop has stopped; a fault is told in one line.
 */
export const runAsJob = (work: (request: Record<string, unknown>, io: JobIo) => Promise<Record<string, unknown>>): void => {
  const stop = new AbortController();
  let toldAt = 0;
  const tell = (news: JobNews): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected) process.send!(news, () => resolve());
      else resolve();
    });
  const run = async ({ job, request, dataDir, resume }: JobOrder & { type: 'start' }): Promise<void> => {
    const progress: JobIo['progress'] = (done, total, text) => {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY_MS) return;
      toldAt = now;
      void tell({ type: 'progress', done, total, text });
    };
    try {
      const result = await work(request, { job, dataDir, signal: stop.signal, resume, progress });
      await tell({ type: 'done', result });
    } catch (error) {
      const fault = toFault(error);
      if (fault.kind === 'internal') console.error(error);
      await tell(stop.signal.aborted ? { type: 'stopped' } : { type: 'failed', error: faultLine(fault) });
    }
    process.exit(0);
  };
  process.on('message', (order: JobOrder) => {
    if (order.type === 'stop') stop.abort();
    else void run(order);
  });
  process.on('SIGTERM', () => stop.abort());
  // Ctrl-C in a terminal reaches the whole group; the server alone decides when a job ends.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit(1));
};
