import type { JobKind } from '../../domain/job.ts';
import type { JobKindSetup } from './job-desk.ts';

/** The processes that do each kind of job. */
export const JOB_KINDS: Readonly<Record<JobKind, JobKindSetup>> = {
  replay: { file: new URL('../replay/replay-process.ts', import.meta.url), resumable: false },
  training: { file: new URL('../training/training-process.ts', import.meta.url), resumable: true },
};
