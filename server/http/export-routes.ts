import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../domain/export.ts';
import { FaultError } from '../../domain/fault.ts';
import { EXPORT_FORMATS, exportFormatOf } from '../export/export-formats.ts';
import { exportFileName } from '../export/export-session.ts';
import { runExport } from '../export/run-export.ts';
import { sessionFolder } from '../sessions/session-folder.ts';
import type { SessionLibrary } from '../sessions/session-library.ts';
import { sendProblem } from './problem-reply.ts';

const exportQuery = z.strictObject({ reading: z.enum(['counted', '1', '2']).optional() });
const readingOf = (text: 'counted' | '1' | '2' | undefined): 'counted' | 1 | 2 | undefined =>
  text === undefined || text === 'counted' ? text : text === '1' ? 1 : 2;

/** So many wait for their turn: one is written at a time, so that counting keeps the machine. */
const MOST_WAITING = 8;
/** In the data folder, where there is room for what is large. */
const UNDERWAY = 'exports-underway';

/** Exports of sessions, written in a thread of their own and sent when they are whole. */
export const exportRoutes = (server: FastifyInstance, library: SessionLibrary, dataDir: string, program: string): void => {
  const home = join(dataDir, UNDERWAY);
  let waiting = 0;
  let last: Promise<unknown> = rm(home, { recursive: true, force: true }).catch(() => {});

  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting >= MOST_WAITING)
      throw new FaultError({ kind: 'usage', what: `${waiting} exports are waiting already`, remedy: 'ask again in a minute' });
    waiting++;
    const turn = last.then(work);
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };

  server.get('/api/exports', () =>
    exportList.parse({
      exports: EXPORT_FORMATS.map(({ format, label, extension, mediaType, purpose, flow }) => ({
        ...{ format, label, extension, mediaType, purpose, flow },
      })),
    }),
  );

  server.get<{ Params: { id: string; format: string } }>('/api/sessions/:id/export/:format', async (request, reply) => {
    const { id } = request.params;
    const format = exportFormatOf(request.params.format);
    const reading = readingOf(exportQuery.parse(request.query).reading);
    const folder = library.reader(id) === undefined ? undefined : sessionFolder(dataDir, id);
    if (folder === undefined) return sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    let place: string | undefined;
    const clear = (): void => {
      if (place !== undefined) void rm(place, { recursive: true, force: true });
    };
    try {
      const exported = await inTurn(async () => {
        gone.signal.throwIfAborted();
        await mkdir(home, { recursive: true });
        place = await mkdtemp(join(home, 'one-'));
        const out = join(place, `export.${format.extension}`);
        return runExport({ folder, format: format.format, out, reading, program }, gone.signal);
      });
      // Once it is closed nobody reads it any more, whether it came through or not.
      const file = createReadStream(exported.path).once('close', clear);
      return await reply
        .type(format.mediaType)
        .header('content-length', exported.bytes)
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${exportFileName(format, id, exported.reading)}"`)
        .send(file);
    } catch (error) {
      clear();
      throw error;
    }
  });
};
