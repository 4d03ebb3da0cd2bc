import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { Cameras } from '../../server/camera/cameras.ts';
import { createKeyframePictures } from '../../server/camera/keyframe-pictures.ts';
import { keyframeRoutes } from '../../server/http/keyframe-routes.ts';
import { secureAnswers } from '../../server/http/page.ts';

const SESSION = '20260131-142501-0c4f9a';

const pool = createFramePool();
const grey = () =>
  pool.frame({ id: 7, capturedAtMs: 0, widthPx: 64, heightPx: 48, fullRange: false }, (...planes) => {
    for (const { data } of planes) data.fill(128);
  })!;

test('the picture of a keyframe is kept at full size and served by its session and by its camera; others are refused in one line', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-keyframes-'));
  const faults: unknown[] = [];
  const server = Fastify();
  try {
    using pictures = createKeyframePictures(join(dataDir, 'sessions', SESSION), (error) => faults.push(error));
    using frame = grey();
    pictures.keep(frame, 3);
    const camera = { status: { session: SESSION } };
    const cameras = { list: () => [camera], get: (id: string) => (id === 'main' ? camera : undefined) } as unknown as Cameras;
    secureAnswers(server);
    keyframeRoutes(server, cameras, dataDir);
    // Asked for before it is on disk, it comes when it is.
    expect((await server.inject('/api/cameras/main/keyframes/3/picture')).statusCode).toBe(200);
    const answer = await server.inject(`/api/sessions/${SESSION}/keyframes/3/picture`);
    expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': expect.stringContaining('immutable') });
    expect(await sharp(answer.rawPayload).metadata()).toMatchObject({ width: 64, height: 48, format: 'jpeg' });
    for (const path of [`/api/sessions/${SESSION}/keyframes/4/picture`, '/api/sessions/..%2F..%2Fetc/keyframes/3/picture'])
      expect((await server.inject(path)).json()).toMatchObject({ error: { message: expect.stringContaining('large picture') } });
    expect(faults).toEqual([]);
  } finally {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('nothing is written for a session that was left meanwhile', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-keyframes-'));
  try {
    using pictures = createKeyframePictures(join(dataDir, 'old'), () => {});
    using frame = grey();
    pictures.keep(frame, 1);
    pictures.moveTo(join(dataDir, 'new'));
    pictures.keep(frame, 2);
    await expect.poll(() => existsSync(join(dataDir, 'new', 'map', 'keyframes', '2.jpg'))).toBe(true);
    expect(existsSync(join(dataDir, 'old'))).toBe(false);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
