import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { ledgerCsv, ledgerLines } from '../../domain/ledger.ts';
import { comparisonQuery, type ReplayDocument, replayRequest } from '../../domain/replay.ts';
import type { JobDesk } from '../jobs/job-desk.ts';
import { readLedger } from '../replay/compare-ledgers.ts';
import { compareSides } from '../replay/counted-side.ts';
import { listReplays, readReplay, removeReplay, replayFolder } from '../replay/replay-store.ts';
import { stepFile } from '../replay/step-file.ts';
import { sessionFolder } from '../sessions/session-folder.ts';
import type { SessionLibrary } from '../sessions/session-library.ts';
import { openSessionReader } from '../sessions/session-reader.ts';
import { sendProblem } from './problem-reply.ts';

type WithId = { Params: { id: string } };
type WithReplay = { Params: { id: string; replay: string } };
type WithCell = { Params: { id: string; replay: string; cell: string } };

const cellNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const ledgerQuery = z.strictObject({ format: z.enum(['jsonl', 'csv']).default('jsonl') });

/** Sessions counted again: start (stop and watch: the job's own routes), list, look at, delete; and two counts side by side. */
export const replayRoutes = (server: FastifyInstance, library: SessionLibrary, jobs: JobDesk, givenDataDir: string): void => {
  const dataDir = resolve(givenDataDir);
  const withSession = (reply: FastifyReply, id: string, answer: (folder: string) => unknown): unknown => {
    const folder = sessionFolder(dataDir, id);
    return folder === undefined || library.reader(id) === undefined
      ? sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`)
      : answer(folder);
  };
  const withReplay = (
    reply: FastifyReply,
    { id, replay }: WithReplay['Params'],
    answer: (folder: string, document: ReplayDocument) => unknown,
  ): unknown =>
    withSession(reply, id, async (session) => {
      const document = await readReplay(session, replay);
      return document === undefined
        ? sendProblem(reply, 404, 'usage', `no replay ${replay.slice(0, 80)} of this session: GET /api/sessions/${id}/replays lists them`)
        : answer(replayFolder(session, replay)!, document);
    });

  server.get<WithId>('/api/sessions/:id/replays', (request, reply) =>
    withSession(reply, request.params.id, async (folder) => ({ replays: await listReplays(folder) })),
  );
  server.post<WithId>('/api/sessions/:id/replays', (request, reply) =>
    withSession(reply, request.params.id, (folder) => {
      const asked = replayRequest.parse(request.body ?? {});
      if (!existsSync(stepFile(folder)))
        return sendProblem(reply, 409, 'data', 'this session did not keep how it was counted, so that it cannot be counted again');
      return reply.code(202).send(jobs.start('replay', { ...asked, session: request.params.id }));
    }),
  );
  server.get<WithReplay>('/api/sessions/:id/replays/:replay', (request, reply) =>
    withReplay(reply, request.params, (_folder, document) => document),
  );
  server.delete<WithReplay>('/api/sessions/:id/replays/:replay', (request, reply) =>
    withReplay(reply, request.params, async () => {
      await removeReplay(sessionFolder(dataDir, request.params.id)!, request.params.replay);
      return reply.code(204).send();
    }),
  );
  server.get<WithReplay>('/api/sessions/:id/replays/:replay/ledger', (request, reply) =>
    withReplay(reply, request.params, (folder) => {
      const { format } = ledgerQuery.parse(request.query);
      const ledger = readLedger(folder);
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="smearscope-${request.params.replay}-ledger.${format}"`)
        .send(format === 'csv' ? ledgerCsv(ledger) : ledgerLines(ledger));
    }),
  );
  server.get<WithCell>('/api/sessions/:id/replays/:replay/cells/:cell/crop', (request, reply) =>
    withReplay(reply, request.params, (folder) => {
      using reader = openSessionReader(folder);
      const crop = reader.crop(cellNumber.parse(request.params.cell));
      if (crop === undefined)
        return sendProblem(reply, 404, 'usage', `no picture of cell ${request.params.cell.slice(0, 20)} in this replay`);
      return reply.type('image/jpeg').header('cache-control', 'private, max-age=3600').send(Buffer.from(crop.jpeg));
    }),
  );
  server.get<WithId>('/api/sessions/:id/comparison', (request, reply) =>
    withSession(reply, request.params.id, (folder) => compareSides(folder, comparisonQuery.parse(request.query))),
  );
};
