import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { cellQuery } from '../../domain/cell-record.ts';
import {
  type FrameCells,
  framesQuery,
  type RecordedFrame,
  type RecordedFrames,
  samplesQuery,
  type Timeline,
  timelineQuery,
  type VideoSamples,
} from '../../domain/recording.ts';
import { createJpegEncoder } from '../ingest/jpeg-encoder.ts';
import { keyframePictureFile, sessionFolder } from '../sessions/session-folder.ts';
import type { SessionLibrary } from '../sessions/session-library.ts';
import type { SessionReader } from '../sessions/session-reader.ts';
import { codecString, lastUntil } from '../sessions/video-index.ts';
import { sendProblem } from './problem-reply.ts';

type WithId = { Params: { id: string } };
type WithFrame = { Params: { id: string; frame: string } };
type WithVideo = { Params: { id: string; n: string } };

const readingQuery = cellQuery.pick({ reading: true });
const frameNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const videoNumber = z.coerce.number().int().min(1).max(1_000_000);
const MOST_SAMPLES = 5000;
const PICTURE_QUALITY = 88;
/** The picture of a frame never changes. */
const FOREVER = 'private, max-age=31536000, immutable';

/** What was recorded of a session: its frames, timeline and videos, and what is seen in each frame. */
export const recordingRoutes = (server: FastifyInstance, library: SessionLibrary, dataDir: string): void => {
  const jpeg = createJpegEncoder({ quality: PICTURE_QUALITY });
  server.addHook('onClose', async () => jpeg[Symbol.dispose]());

  const withSession = <T>(reply: FastifyReply, id: string, answer: (reader: SessionReader) => T): T | FastifyReply => {
    const reader = library.reader(id);
    return reader === undefined
      ? sendProblem(reply, 404, 'usage', `no session ${id.slice(0, 60)}: GET /api/sessions lists them`)
      : answer(reader);
  };
  const withFrame = <T>(
    reply: FastifyReply,
    { id, frame }: WithFrame['Params'],
    answer: (reader: SessionReader, row: RecordedFrame) => T,
  ): T | FastifyReply =>
    withSession(reply, id, (reader) => {
      const row = reader.frames.frame(frameNumber.parse(frame));
      return row === undefined
        ? sendProblem(reply, 404, 'usage', `no frame ${frame.slice(0, 20)} in this session: its timeline says from when to when it goes`)
        : answer(reader, row);
    });
  const noVideo = (reply: FastifyReply, n: string): FastifyReply =>
    sendProblem(reply, 404, 'usage', `no video ${n.slice(0, 20)} in this session: its timeline lists them`);

  server.get<WithId>('/api/sessions/:id/timeline', (request, reply) => {
    const { bins } = timelineQuery.parse(request.query);
    return withSession(reply, request.params.id, (reader): Timeline => reader.frames.timeline(bins));
  });
  server.get<WithId>('/api/sessions/:id/frames', (request, reply) => {
    const query = framesQuery.parse(request.query);
    return withSession(reply, request.params.id, (reader): RecordedFrames => ({ frames: reader.frames.frames(query) }));
  });
  server.get<WithFrame>('/api/sessions/:id/frames/:frame/cells', (request, reply) =>
    withFrame(reply, request.params, (reader, row): FrameCells => reader.cellsInView(row, readingQuery.parse(request.query).reading)),
  );

  server.get<WithFrame>('/api/sessions/:id/frames/:frame/picture', (request, reply) =>
    withFrame(reply, request.params, async (reader, row) => {
      using found = await reader.footage.at(row.id);
      if (found !== undefined) {
        const picture = await jpeg.encode(found.picture);
        reply.header('cache-control', FOREVER).header('x-smearscope-frame', String(row.id));
        return reply.type('image/jpeg').send(Buffer.from(picture));
      }
      const keyframe = reader.frames.nearestKeyframe(row);
      const folder = sessionFolder(dataDir, request.params.id);
      const picture = keyframe && folder && (await readFile(keyframePictureFile(folder, keyframe)).catch(() => undefined));
      if (!picture) return sendProblem(reply, 404, 'usage', `frame ${row.id} was not recorded, and no field near it has a large picture`);
      reply.header('cache-control', 'private, no-cache').header('x-smearscope-frame', `keyframe ${keyframe}`);
      return reply.type('image/jpeg').send(picture);
    }),
  );

  // The file as it is, or as far as it is written.
  server.get<WithVideo>('/api/sessions/:id/videos/:n', (request, reply) =>
    withSession(reply, request.params.id, async (reader) => {
      const video = await reader.footage.video(videoNumber.parse(request.params.n));
      if (video === undefined) return noVideo(reply, request.params.n);
      return reply.type('video/mp4').sendFile(basename(video.path), dirname(video.path));
    }),
  );
  server.get<WithVideo>('/api/sessions/:id/videos/:n/samples', (request, reply) => {
    const { from, to } = samplesQuery.parse(request.query);
    return withSession(reply, request.params.id, async (reader) => {
      const video = await reader.footage.video(videoNumber.parse(request.params.n));
      if (video === undefined) return noVideo(reply, request.params.n);
      const { index } = video;
      const { ms, offsets, bytes, keys, widthPx, heightPx, description } = index;
      const begin = keys[lastUntil(ms, from) ?? 0] ?? 0;
      const end = Math.min(begin + MOST_SAMPLES, (lastUntil(ms, to) ?? -1) + 1);
      const numbers = Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
      return {
        codec: codecString(index),
        description: Buffer.from(description).toString('base64'),
        widthPx,
        heightPx,
        samples: numbers.map((n) => ({ ms: ms[n]!, offset: offsets[n]!, bytes: bytes[n]!, key: keys[n] === n })),
      } satisfies VideoSamples;
    });
  });
};
