import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { agreementQuery } from '../../domain/agreement.ts';
import { readingNumber } from '../../domain/cell-record.ts';
import { faultLine, isFault } from '../../domain/fault.ts';
import { changeRequest, correctionQuery, signRequest, stepRequest } from '../../domain/review.ts';
import { openReviewWriter, type ReviewWriter } from '../review/review-writer.ts';
import { sessionFolder } from '../sessions/session-folder.ts';
import type { LiveSessions, SessionLibrary } from '../sessions/session-library.ts';
import type { SessionReader } from '../sessions/session-reader.ts';
import { sendProblem } from './problem-reply.ts';

type WithId = { Params: { id: string } };

const reviewQuery = z.strictObject({ reading: z.coerce.number().pipe(readingNumber).default(1) });

/** 10,000 cells named in one change. */
const BODY_BYTES = 256 * 1024;

/** Corrections of sessions, their signatures, and how far two readers agree. */
export const reviewRoutes = (server: FastifyInstance, library: SessionLibrary, dataDir: string, live: () => LiveSessions): void => {
  const withSession = <T>(reply: FastifyReply, id: string, answer: (reader: SessionReader) => T): T | FastifyReply => {
    const reader = library.reader(id);
    return reader === undefined
      ? sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`)
      : answer(reader);
  };
  /** What was asked for in due form, and does not go as things stand, is a conflict. */
  const orConflict = <T>(reply: FastifyReply, work: () => T): T | FastifyReply => {
    try {
      return work();
    } catch (error) {
      if (!isFault(error) || error.fault.kind !== 'usage') throw error;
      return sendProblem(reply, 409, 'usage', faultLine(error.fault));
    }
  };
  const withWriter = <T>(reply: FastifyReply, id: string, answer: (writer: ReviewWriter) => T): T | FastifyReply =>
    withSession(reply, id, () =>
      orConflict(reply, () => {
        using writer = openReviewWriter(sessionFolder(dataDir, id)!);
        return answer(writer);
      }),
    );

  server.get<WithId>('/api/sessions/:id/review', (request, reply) => {
    const { reading } = reviewQuery.parse(request.query);
    return withSession(reply, request.params.id, (reader) => reader.review(reading));
  });
  server.get<WithId>('/api/sessions/:id/corrections', (request, reply) => {
    const query = correctionQuery.parse(request.query);
    return withSession(reply, request.params.id, (reader) => reader.corrections(query));
  });
  server.post<WithId>('/api/sessions/:id/corrections', { bodyLimit: BODY_BYTES }, (request, reply) => {
    const asked = changeRequest.parse(request.body);
    return withWriter(reply, request.params.id, (writer) => writer.change(asked, Date.now()));
  });
  for (const which of ['undo', 'redo'] as const)
    server.post<WithId>(`/api/sessions/:id/corrections/${which}`, (request, reply) => {
      const asked = stepRequest.parse(request.body);
      return withWriter(reply, request.params.id, (writer) => writer.step(which, asked, Date.now()));
    });
  server.get<WithId>('/api/sessions/:id/signatures', (request, reply) =>
    withSession(reply, request.params.id, (reader) => ({ signatures: reader.signatures() })),
  );
  server.post<WithId>('/api/sessions/:id/signatures', (request, reply) => {
    const asked = signRequest.parse(request.body);
    const { id } = request.params;
    if (live().live.has(id))
      return sendProblem(reply, 409, 'usage', `session ${id} is being written: close its camera first, or begin a new session`);
    return withWriter(reply, id, (writer) => writer.sign(asked, Date.now()));
  });
  server.get<WithId>('/api/sessions/:id/agreement', (request, reply) => {
    const query = agreementQuery.parse(request.query);
    return withSession(reply, request.params.id, (reader) => orConflict(reply, () => reader.agreement(query)));
  });
};
