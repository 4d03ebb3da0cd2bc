import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { type CellPage, cellQuery } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import { FIRST_REVIEWED_ID } from '../../domain/review.ts';
import { sessionChange, sessionsQuery } from '../../domain/session.ts';
import { type SizeDistribution, sizesOf, sizesQuery } from '../../domain/size-distribution.ts';
import type { Cameras } from '../camera/cameras.ts';
import type { LiveSessions, SessionLibrary } from '../sessions/session-library.ts';
import type { SessionReader } from '../sessions/session-reader.ts';
import { sendProblem } from './problem-reply.ts';

type WithId = { Params: { id: string } };
type WithCell = { Params: { id: string; cell: string } };

const cellNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const NO_CELLS: CellPage = { total: 0, cells: [] };
/** A crop asked for by its version never changes. */
const FOREVER = 'private, max-age=31536000, immutable';

/** Which sessions the cameras write now. */
export const liveSessions = (cameras: Cameras): LiveSessions => {
  const all = cameras.list().map(({ status }) => status);
  const ids = (of: typeof all): Set<string> => new Set(of.flatMap(({ session }) => session ?? []));
  return { live: ids(all), recording: ids(all.filter(({ recording }) => recording)) };
};

/** A session that has just begun may not know yet what it is about: nothing can be asked of it so far. */
const withFacts = (reader: SessionReader | undefined): SessionReader | undefined => {
  try {
    reader?.facts();
    return reader;
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === 'data') return undefined;
    throw error;
  }
};

/** Sessions, and the cells of a session or of a running camera. */
export const sessionRoutes = (server: FastifyInstance, cameras: Cameras, library: SessionLibrary): void => {
  const noSession = (reply: FastifyReply, id: string): FastifyReply =>
    sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`);
  const noCell = (reply: FastifyReply, cell: string): FastifyReply =>
    sendProblem(reply, 404, 'usage', `no cell ${cell.slice(0, 20)} in this session: its list of cells has the ids`);

  /** The session that is asked for by its own id, or as the one that a camera writes. */
  const cellRoutes = (
    base: string,
    find: (id: string) => { readonly known: boolean; readonly reader: SessionReader | undefined },
    missing: (reply: FastifyReply, id: string) => FastifyReply,
  ): void => {
    server.get<WithId>(`${base}/:id/cells`, (request, reply) => {
      const query = cellQuery.parse(request.query);
      const { known, reader } = find(request.params.id);
      if (!known) return missing(reply, request.params.id);
      // A camera that is starting has nothing yet, which is no failure.
      return reader === undefined ? NO_CELLS : reader.cells(query);
    });
    server.get<WithId>(`${base}/:id/sizes`, (request, reply): SizeDistribution | FastifyReply => {
      const query = sizesQuery.parse(request.query);
      const { known, reader } = find(request.params.id);
      if (!known) return missing(reply, request.params.id);
      return reader === undefined ? sizesOf([]) : reader.sizes(query);
    });
    server.get<WithCell>(`${base}/:id/cells/:cell`, (request, reply) => {
      const { known, reader } = find(request.params.id);
      if (!known) return missing(reply, request.params.id);
      const cell = cellNumber.parse(request.params.cell);
      const { reading } = cellQuery.pick({ reading: true }).parse(request.query);
      return (reading === undefined ? reader?.cell(cell) : reader?.story(cell, reading)) ?? noCell(reply, request.params.cell);
    });
    server.get<WithCell & { Querystring: { v?: string } }>(`${base}/:id/cells/:cell/crop`, async (request, reply) => {
      const { known, reader } = find(request.params.id);
      if (!known) return missing(reply, request.params.id);
      const cell = cellNumber.parse(request.params.cell);
      const crop = cell < FIRST_REVIEWED_ID ? reader?.crop(cell) : await reader?.madeCrop(cell);
      if (crop === undefined) return noCell(reply, request.params.cell);
      const tag = `"${reader!.facts().id}-${cell}-${crop.version}"`;
      reply.header('etag', tag).header('cache-control', request.query.v === String(crop.version) ? FOREVER : 'private, no-cache');
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type('image/jpeg').send(Buffer.from(crop.jpeg.buffer, crop.jpeg.byteOffset, crop.jpeg.byteLength));
    });
  };

  cellRoutes(
    '/api/cameras',
    (id) => {
      const camera = cameras.get(id);
      const session = camera?.status.session;
      return { known: camera !== undefined, reader: session === undefined ? undefined : withFacts(library.reader(session)) };
    },
    (reply, id) => sendProblem(reply, 404, 'usage', `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`),
  );
  cellRoutes(
    '/api/sessions',
    (id) => {
      const reader = library.reader(id);
      return { known: reader !== undefined, reader };
    },
    noSession,
  );

  server.get('/api/sessions', (request) => library.list(sessionsQuery.parse(request.query)));
  server.get<WithId>('/api/sessions/:id', (request, reply) => library.detail(request.params.id) ?? noSession(reply, request.params.id));
  server.patch<WithId>(
    '/api/sessions/:id',
    (request, reply) => library.amend(request.params.id, sessionChange.parse(request.body)) ?? noSession(reply, request.params.id),
  );
  server.delete<WithId>('/api/sessions/:id', async (request, reply) => {
    if (await library.remove(request.params.id)) return reply.code(204).send();
    return noSession(reply, request.params.id);
  });
};
