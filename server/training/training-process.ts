import { FaultError, faultLine, toFault } from '../../domain/fault.ts';
import type { BundleComparison } from '../../domain/models-in-use.ts';
import { type PromotionResult, type TrainingResult, trainingWork } from '../../domain/training.ts';
import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { type JobIo, runAsJob } from '../jobs/run-as-job.ts';
import { compareForPromotion, promote } from './promote.ts';
import { trainFromSessions } from './train-from-sessions.ts';
import { bundleOfJob, folderOfJob } from './training-folder.ts';

/** The process of a training job: learns from corrected sessions and judges what came of it, or promotes it. */

const STEPS = 1000;

/** Words of a training as words of a job. */
const modelIoOf = (io: JobIo): ModelIo => {
  let done = 0;
  return {
    progress: (line) => io.progress(done, STEPS, line),
    status: (status) => {
      if (status === undefined) return;
      done = Math.round(status.share * STEPS);
      io.progress(done, STEPS, status.text);
    },
    signal: io.signal,
    nowMs: () => Date.now(),
    command: 'train from the page',
  };
};

const judging =
  (io: JobIo) =>
  (done: number, total: number): void => {
    io.signal.throwIfAborted();
    io.progress(done, total, `judging field ${done} of ${total}`);
  };

type Work<Action> = Extract<ReturnType<typeof trainingWork.parse>, { action: Action }>;

const train = async (work: Work<'train'>, io: JobIo): Promise<TrainingResult> => {
  const { sessions, base, minutes, oneSlide, practice } = work;
  const { dataDir } = io;
  const startedAt = Date.now();
  const bundle = bundleOfJob(dataDir, io.job);
  const summary = await trainFromSessions(
    { dataDir, sessions, base, minutes, oneSlide, practice, out: folderOfJob(dataDir, io.job), bundle, resume: io.resume },
    modelIoOf(io),
  );
  if (!summary.finished) throw new FaultError({ kind: 'usage', what: 'stopped before it was done', remedy: 'go on with it' });
  const { card } = await loadBundle(bundle);
  const { steps, best } = summary;
  const done = { action: 'train', model: `${card.name} ${card.version}`, steps, seconds: (Date.now() - startedAt) / 1000 } as const;
  try {
    const { bundle: _bundle, ...comparison } = await compareForPromotion({ dataDir, bundle, replace: 'default', onProgress: judging(io) });
    return { ...done, ...(best === undefined ? {} : { best }), comparison };
  } catch (error) {
    if (io.signal.aborted) throw error;
    return { ...done, ...(best === undefined ? {} : { best }), uncompared: faultLine(toFault(error)).slice(0, 500) };
  }
};

const putToUse = async ({ job, replace }: Work<'promote'>, io: JobIo): Promise<PromotionResult> => {
  const { dataDir } = io;
  const bundle = bundleOfJob(dataDir, job);
  const { comparison, change }: { comparison: BundleComparison; change?: unknown } = await promote(
    { dataDir, bundle, replace, onProgress: judging(io) },
    Date.now,
  );
  return { action: 'promote', promoted: change !== undefined, comparison };
};

runAsJob(async (request, io) => {
  const work = trainingWork.parse(request);
  return work.action === 'train' ? train(work, io) : putToUse(work, io);
});
