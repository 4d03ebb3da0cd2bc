import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { chooseProfile, measureRequest, renameProfile as renameRequest, summaryOf } from '../../domain/calibration-measure.ts';
import { calibrationDraft } from '../../domain/calibration-profile.ts';
import type { Cameras } from '../camera/cameras.ts';
import { sendProblem } from '../http/problem-reply.ts';
import { deleteProfile, listProfiles, readProfile, renameProfile, saveProfile } from './profile-store.ts';

type Named = { Params: { name: string } };
type WithId = { Params: { id: string } };

const saveRequest = calibrationDraft.extend({ replace: z.boolean().default(false) });

/** Calibration profiles, and what a camera measures for them. */
export const calibrationRoutes = (server: FastifyInstance, cameras: Cameras, dataDir: string): void => {
  /** The picture of each camera's last measurement. */
  const pictures = new Map<string, Uint8Array>();

  server.get('/api/calibration', async () => (await listProfiles(dataDir)).map(summaryOf));
  server.post('/api/calibration', async (request, reply) => {
    const { replace, ...draft } = saveRequest.parse(request.body);
    return reply.code(201).send(summaryOf(await saveProfile(dataDir, draft, { replace })));
  });
  server.get<Named>('/api/calibration/:name', (request) => readProfile(dataDir, request.params.name));
  server.delete<Named>('/api/calibration/:name', async (request, reply) => {
    await deleteProfile(dataDir, request.params.name);
    return reply.code(204).send();
  });
  server.post<Named>('/api/calibration/:name/name', async (request) =>
    summaryOf(await renameProfile(dataDir, request.params.name, renameRequest.parse(request.body).name)),
  );

  const noCamera = (id: string): string => `no camera ${id.slice(0, 60)}: GET /api/cameras lists them`;
  server.post<WithId>('/api/cameras/:id/calibration', async (request, reply) => {
    const camera = await cameras.calibrate(request.params.id, chooseProfile.parse(request.body).name);
    if (camera === undefined) return sendProblem(reply, 404, 'usage', noCamera(request.params.id));
    return reply.code(202).send(camera.status);
  });
  server.post<WithId>('/api/cameras/:id/calibration/measure', async (request, reply) => {
    const { id } = request.params;
    const camera = cameras.get(id);
    if (camera === undefined) return sendProblem(reply, 404, 'usage', noCamera(id));
    const answer = await camera.measure(measureRequest.parse(request.body));
    if ('refused' in answer) return sendProblem(reply, 409, 'measure', answer.refused);
    pictures.set(id, answer.picture);
    return answer.measured;
  });
  server.get<WithId>('/api/cameras/:id/calibration/picture', (request, reply) => {
    const picture = pictures.get(request.params.id);
    if (picture === undefined || cameras.get(request.params.id) === undefined)
      return sendProblem(reply, 404, 'usage', 'nothing was measured on this camera yet');
    return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(picture));
  });
};
