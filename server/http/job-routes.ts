import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jobKind } from '../../domain/job.ts';
import type { JobDesk } from '../jobs/job-desk.ts';
import { sendProblem } from './problem-reply.ts';

type WithId = { Params: { id: string } };

const jobsQuery = z.strictObject({ kind: jobKind.optional() });
const noJob = (id: string): string => `no job ${id.slice(0, 60)}: GET /api/jobs lists them`;

/** What works beside the cameras: list, look at, stop, go on. Jobs are asked for where their subject is, at a session or a model. */
export const jobRoutes = (server: FastifyInstance, jobs: JobDesk): void => {
  server.get('/api/jobs', (request) => ({ jobs: jobs.list(jobsQuery.parse(request.query).kind) }));
  server.get<WithId>(
    '/api/jobs/:id',
    (request, reply) => jobs.get(request.params.id) ?? sendProblem(reply, 404, 'usage', noJob(request.params.id)),
  );
  server.post<WithId>('/api/jobs/:id/resume', (request, reply) => {
    const job = jobs.resume(request.params.id);
    return job === undefined ? sendProblem(reply, 404, 'usage', noJob(request.params.id)) : reply.code(202).send(job);
  });
  /** Stops it; one that has ended is forgotten. */
  server.delete<WithId>(
    '/api/jobs/:id',
    async (request, reply) => (await jobs.end(request.params.id)) ?? sendProblem(reply, 404, 'usage', noJob(request.params.id)),
  );
};
