import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { jobId } from '../../domain/job.ts';
import { backRequest, promoteRequest } from '../../domain/models-in-use.ts';
import { type ModelList, trainRequest } from '../../domain/training.ts';
import { listBundles } from '../cli/models.ts';
import type { JobDesk } from '../jobs/job-desk.ts';
import { modelsFolder } from '../training/known-sites.ts';
import { goBack, modelsInUseOf } from '../training/model-store.ts';
import { trainableSessionsIn } from '../training/trainable-sessions.ts';
import { bundleOfJob, folderOfJob, readCurves } from '../training/training-folder.ts';
import { sendProblem } from './problem-reply.ts';

/** Learning from corrected sessions: what there is, start and watch a training (stop and resume: the job's own routes), promote and go back. */
export const trainingRoutes = (server: FastifyInstance, jobs: JobDesk, givenDataDir: string): void => {
  const dataDir = resolve(givenDataDir);
  const knownJob = (id: string): boolean => jobId.safeParse(id).success && jobs.get(id)?.kind === 'training';

  server.get('/api/training/sessions', async () => ({ sessions: await trainableSessionsIn(dataDir) }));

  server.post('/api/training', (request, reply) => {
    const job = jobs.start('training', { action: 'train', ...trainRequest.parse(request.body) });
    return reply.code(202).send(job);
  });

  server.get<{ Params: { job: string } }>('/api/training/:job/curves', (request, reply) => {
    const { job } = request.params;
    return knownJob(job) ? readCurves(folderOfJob(dataDir, job)) : sendProblem(reply, 404, 'usage', `no training ${job.slice(0, 60)}`);
  });

  server.get('/api/models', async (): Promise<ModelList> => {
    const { inUse, history } = await modelsInUseOf(dataDir);
    const bundles = await listBundles(modelsFolder(dataDir));
    return {
      bundles: bundles.map((bundle) =>
        'fault' in bundle
          ? { name: bundle.name, fault: bundle.fault.slice(0, 500) }
          : { name: bundle.name, model: `${bundle.card.name} ${bundle.card.version}` },
      ),
      inUse,
      history,
    };
  });

  /** Judges the bundle of a training once more and puts it in use where it is nowhere worse: a job, since that takes a while. */
  server.post('/api/models/promote', (request, reply) => {
    const wanted = promoteRequest.parse(request.body);
    if (!knownJob(wanted.job) || !existsSync(bundleOfJob(dataDir, wanted.job)))
      return sendProblem(reply, 404, 'usage', `no bundle came of a training ${wanted.job.slice(0, 60)}`);
    return reply.code(202).send(jobs.start('training', { action: 'promote', ...wanted }));
  });

  server.post('/api/models/back', (request) => goBack(dataDir, backRequest.parse(request.body ?? {}).replace, Date.now()));
};
