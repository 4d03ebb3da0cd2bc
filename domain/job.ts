import { z } from 'zod';

/** Id of a job: when it was asked for (UTC) and six random hex digits, so that names sort by time. */
export const jobId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{6}$/, 'a job id looks like 20260131-142501-0c4f9a');

export const jobKind = z.enum(['replay', 'training']);
export type JobKind = z.infer<typeof jobKind>;

/**
 * `waiting` in line for its kind; `running`; `stopping` was told to; `done`, `failed` by a fault, `stopped` by hand,
 * `interrupted` where the service ended beneath it.
 */
const jobState = z.enum(['waiting', 'running', 'stopping', 'done', 'failed', 'stopped', 'interrupted']);

/** Work that takes minutes, done in a process of its own beside the cameras. Times are wall clock, ms since 1970. */
export const job = z.strictObject({
  id: jobId,
  kind: jobKind,
  state: jobState,
  /** What was asked for, in the form of its kind. */
  request: z.record(z.string(), z.unknown()),
  /** How far it is, in steps of its own; `total` is 0 while that is not known. */
  done: z.number().min(0),
  total: z.number().min(0),
  /** What it does now, in words. */
  text: z.string().max(300),
  askedAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** Why it `failed`, in one line. */
  error: z.string().max(1000).optional(),
  /** What came of it, in the form of its kind. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** Whether `resume` goes on with it where it was. */
  resumable: z.boolean(),
});
export type Job = z.infer<typeof job>;

/** Newest first. */
export const jobList = z.strictObject({ jobs: z.array(job).max(500) });

export const isEnded = ({ state }: Pick<Job, 'state'>): boolean => state !== 'waiting' && state !== 'running' && state !== 'stopping';
