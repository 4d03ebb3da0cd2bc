import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { keyframeQuery } from '../../domain/recorded-keyframe.ts';
import type { Cameras } from '../camera/cameras.ts';
import { keyframePictureFile, sessionFolder } from '../sessions/session-folder.ts';
import { readKeyframes } from '../sessions/session-keyframes.ts';
import { sendProblem } from './problem-reply.ts';

type WithKeyframe = { Params: { id: string; keyframe: string } };

const keyframeNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** A picture is told of a little before it is on disk. */
const PATIENCE = { times: 40, everyMs: 250 };

const readPatiently = async (path: string, times: number): Promise<Buffer | undefined> => {
  for (let left = times; ; left--) {
    const picture = await readFile(path).catch(() => undefined);
    if (picture !== undefined || left <= 0) return picture;
    await sleep(PATIENCE.everyMs);
  }
};

/** Pictures of the keyframes of a session, or of the one that a camera writes, as large as the camera gave them. */
export const keyframeRoutes = (server: FastifyInstance, cameras: Cameras, dataDir: string): void => {
  const send = async (reply: FastifyReply, session: string | undefined, keyframe: string, cache: string): Promise<FastifyReply> => {
    const folder = session === undefined ? undefined : sessionFolder(dataDir, session);
    const isLive = cameras.list().some(({ status }) => status.session === session);
    const picture =
      folder && (await readPatiently(keyframePictureFile(folder, keyframeNumber.parse(keyframe)), isLive ? PATIENCE.times : 0));
    if (picture === undefined)
      return sendProblem(
        reply,
        404,
        'usage',
        `no large picture of keyframe ${keyframe.slice(0, 20)} is kept: the slide map has a small one`,
      );
    return reply.header('cache-control', cache).type('image/jpeg').send(picture);
  };
  server.get<WithKeyframe>('/api/sessions/:id/keyframes/:keyframe/picture', ({ params: { id, keyframe } }, reply) =>
    // A keyframe of a session is never made anew.
    send(reply, id, keyframe, 'private, max-age=31536000, immutable'),
  );
  server.get<{ Params: { id: string } }>('/api/sessions/:id/keyframes', ({ params: { id }, query }, reply) => {
    const folder = sessionFolder(dataDir, id);
    if (folder === undefined || !existsSync(folder))
      return sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`);
    return readKeyframes(folder, keyframeQuery.parse(query));
  });
  server.get<WithKeyframe>('/api/cameras/:id/keyframes/:keyframe/picture', ({ params: { id, keyframe } }, reply) =>
    send(reply, cameras.get(id)?.status.session, keyframe, 'private, no-cache'),
  );
};
