import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import { type LedgerEntry, ledgerCsv, ledgerLines } from '../../domain/ledger.ts';
import { sessionId } from '../../domain/session.ts';
import { openCamera } from '../../domain/wire.ts';
import type { Camera } from '../camera/camera.ts';
import type { Cameras } from '../camera/cameras.ts';
import type { SessionLibrary } from '../sessions/session-library.ts';
import { countsAnswer, countsCsv } from './counts.ts';
import { pageSource } from './page-source.ts';
import { sendProblem } from './problem-reply.ts';

const LEDGER_KINDS: Readonly<Record<string, { readonly type: string; readonly write: (ledger: readonly LedgerEntry[]) => string }>> = {
  jsonl: { type: 'application/x-ndjson; charset=utf-8', write: ledgerLines },
  csv: { type: 'text/csv; charset=utf-8', write: ledgerCsv },
};

const recordOrder = z.strictObject({ on: z.boolean() });

type WithId = { Params: { id: string } };

/** What is to be opened; a session that is gone on with names its own source, unless another is given. */
const withSource = (body: unknown, library: SessionLibrary): unknown => {
  const asked = z.looseObject({ session: sessionId.optional(), source: z.unknown() }).safeParse(body);
  if (!asked.success || asked.data.session === undefined) return body;
  const { session, source } = asked.data;
  const facts = library.reader(session)?.facts();
  if (facts === undefined) throw new FaultError({ kind: 'usage', what: `no session ${session}`, remedy: 'GET /api/sessions lists them' });
  return { id: facts.camera, ...asked.data, source: source ?? facts.source };
};

/** The cameras: list, open, pause, resume, reset, close, and what they counted. */
export const cameraRoutes = (server: FastifyInstance, cameras: Cameras, configuration: Configuration, library: SessionLibrary): void => {
  const withCamera = (id: string, reply: FastifyReply, answer: (camera: Camera) => unknown): unknown => {
    const camera = cameras.get(id);
    return camera === undefined
      ? sendProblem(reply, 404, 'usage', `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`)
      : answer(camera);
  };
  const order = (name: 'pause' | 'resume' | 'reset'): void => {
    server.post<WithId>(`/api/cameras/:id/${name}`, (request, reply) =>
      withCamera(request.params.id, reply, (camera) => {
        camera[name]();
        return reply.code(202).send(camera.status);
      }),
    );
  };

  server.get('/api/cameras', () => cameras.list().map((camera) => camera.status));
  server.post('/api/cameras', async (request, reply) => {
    const asked = openCamera.parse(withSource(request.body, library));
    const source = await pageSource(asked.source, configuration);
    const writer = asked.session && cameras.list().find(({ id, status }) => id !== asked.id && status.session === asked.session);
    if (writer)
      throw new FaultError({ kind: 'usage', what: `session ${asked.session} is written by camera ${writer.id}`, remedy: 'close it first' });
    const camera = await cameras.open({ ...asked, source });
    return reply.code(201).send(camera.status);
  });
  order('pause');
  order('resume');
  order('reset');
  server.post<WithId>('/api/cameras/:id/record', (request, reply) =>
    withCamera(request.params.id, reply, (camera) => {
      camera.record(recordOrder.parse(request.body).on);
      return reply.code(202).send(camera.status);
    }),
  );
  server.delete<WithId>('/api/cameras/:id', async (request, reply) => {
    if (await cameras.remove(request.params.id)) return reply.code(204).send();
    return sendProblem(reply, 404, 'usage', `no camera ${request.params.id.slice(0, 60)}: GET /api/cameras lists them`);
  });
  server.get<WithId>('/api/cameras/:id/counts', (request, reply) =>
    withCamera(request.params.id, reply, (camera) => countsAnswer(camera, cameras.configuration)),
  );
  server.get<WithId & { Querystring: { format?: string } }>('/api/cameras/:id/ledger', (request, reply) =>
    withCamera(request.params.id, reply, (camera) => {
      const { format = 'jsonl' } = request.query;
      const kind = LEDGER_KINDS[format];
      if (kind === undefined) return sendProblem(reply, 400, 'usage', `no ledger as ${format.slice(0, 20)}: format is jsonl or csv`);
      return reply
        .type(kind.type)
        .header('content-disposition', `attachment; filename="smearscope-${camera.id}-ledger.${format}"`)
        .send(kind.write(camera.ledger));
    }),
  );
  server.get<WithId>('/api/cameras/:id/counts.csv', (request, reply) =>
    withCamera(request.params.id, reply, (camera) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="smearscope-${camera.id}-counts.csv"`)
        .send(countsCsv(camera)),
    ),
  );
};
