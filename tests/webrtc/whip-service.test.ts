import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problem } from '../../domain/wire.ts';
import { publishWithFfmpeg } from '../../server/bench/whip-encoder-publisher.ts';
import type { HttpServer } from '../../server/http/http-server.ts';
import { makeClip } from '../ingest/make-clip.ts';
import { sampleOffer } from './sample-offer.ts';
import { startWhipServer, TOKEN } from './whip-server.ts';
import { createWrtcPeer } from './wrtc-peer.ts';

const START_MS = 60_000;
let folder = '';
let server: HttpServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-whip-'));
  server = await startWhipServer(folder, { iceServers: 'stun:stun.example:3478' });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const SDP = { 'content-type': 'application/sdp' };
const FRAGMENT = { 'content-type': 'application/trickle-ice-sdpfrag' };
const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, server.url), {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
const offer = (id: string, sdp = sampleOffer(), headers: Record<string, string> = SDP): Promise<Response> =>
  ask('POST', `/api/cameras/${id}/whip`, sdp, headers);
const lineOf = async (answer: Response): Promise<string> => {
  const { message } = problem.parse(await answer.json()).error;
  expect(message).not.toMatch(/\n/);
  return message;
};

describe('what cannot be is refused with its status and one line', () => {
  test.each<[string, number, RegExp, () => Promise<Response>]>([
    ['no token', 401, /token/, () => fetch(new URL('/api/cameras/main/whip', server.url), { method: 'POST', headers: SDP, body: 'x' })],
    ['a wrong token', 401, /token/, () => offer('main', sampleOffer(), { ...SDP, authorization: 'Bearer wrong' })],
    ['another type', 415, /application\/sdp/, () => offer('main', '{}', { 'content-type': 'application/json' })],
    ['no type', 415, /application\/sdp/, () => offer('main', 'x', { 'content-type': '' })],
    ['an answer that is not wanted', 406, /Accept/, () => offer('main', sampleOffer(), { ...SDP, accept: 'text/html' })],
    ['malformed SDP', 400, /no SDP offer/, () => offer('refused', 'v=1\r\n')],
    ['no video', 422, /no video/, () => offer('refused', sampleOffer({ media: 'audio' }))],
    ['only a codec that is not known', 406, /VP8, H264, VP9, AV1/, () => offer('refused', sampleOffer({ codec: 'H265' }))],
    ['10 MB of SDP', 413, /64 KB/, () => offer('main', `v=0\r\n${'a=x\r\n'.repeat(2_000_000)}`)],
    ['a camera that cannot be named so', 400, /id/, () => offer('No_Such')],
    ['a player of no camera', 404, /no camera/, () => ask('POST', '/api/cameras/none/whep', sampleOffer({ direction: 'recvonly' }), SDP)],
    ['a resource of no camera', 404, /no camera/, () => ask('DELETE', '/api/cameras/none/whip/x')],
    ['reading', 405, /POST/, () => ask('GET', '/api/cameras/main/whip')],
    ['reading a resource', 405, /PATCH/, () => ask('GET', '/api/cameras/main/whip/x')],
    ['a fragment of another type', 415, /sdpfrag/, () => ask('PATCH', '/api/cameras/main/whip/x', 'x', SDP)],
  ])(
    '%s',
    async (_, status, line, request) => {
      const answer = await request();
      expect(answer.status).toBe(status);
      expect(await lineOf(answer)).toMatch(line);
    },
    START_MS,
  );

  test('no camera was opened for an offer that cannot be', () => {
    expect(server.cameras.list().map(({ id }) => id)).toEqual([]);
  });
});

describe('publishing', () => {
  test(
    'opens the camera, names a resource, keeps a second publisher out, and ends once',
    async () => {
      const answer = await offer('bench');
      expect(answer.status).toBe(201);
      expect(answer.headers.get('content-type')).toMatch(/^application\/sdp/);
      expect(answer.headers.get('etag')).toMatch(/^"[\w-]+"$/);
      expect(answer.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
      expect(answer.headers.get('link')).toBe('<stun:stun.example:3478>; rel="ice-server"');
      expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
      expect(await answer.text()).toMatch(/^v=0\r\n[\s\S]*a=recvonly/);
      expect(server.cameras.get('bench')?.status.source).toBe('whip:');

      const second = await offer('bench');
      expect(second.status).toBe(409);
      expect(second.headers.get('retry-after')).toBe('2');
      expect(await lineOf(second)).toMatch(/another publisher/);

      const resource = answer.headers.get('location')!;
      expect(resource).toMatch(/^\/api\/cameras\/bench\/whip\/[\w-]+$/);
      const candidate = 'a=ice-ufrag:vXUE\r\na=ice-pwd:712iGOIdjGYhVJBRdSvViv6l\r\na=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n';
      const patch = (path: string, ifMatch?: string) =>
        ask('PATCH', path, candidate, { ...FRAGMENT, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) });
      expect((await patch(resource, answer.headers.get('etag')!)).status).toBe(204);
      expect((await patch(resource)).status).toBe(428);
      expect((await patch(resource, '"stale"')).status).toBe(412);
      expect((await patch(`${resource}x`, '*')).status).toBe(404);

      expect((await ask('DELETE', resource)).status).toBe(200);
      const again = await ask('DELETE', resource);
      expect(again.status).toBe(404);
      expect(await lineOf(again)).toMatch(/no such publisher/);
      expect((await offer('bench')).status).toBe(201);

      const player = await ask('POST', '/api/cameras/bench/whep', sampleOffer({ direction: 'recvonly' }), SDP);
      expect(player.status).toBe(201);
      expect(await player.text()).toMatch(/a=sendonly/);
      const seat = player.headers.get('location')!;
      expect(seat).toMatch(/^\/api\/cameras\/bench\/whep\//);
      expect((await patch(seat, player.headers.get('etag')!)).status).toBe(204);
      expect((await ask('DELETE', seat)).status).toBe(200);
      expect((await ask('DELETE', seat)).status).toBe(404);
    },
    START_MS,
  );

  test(
    'a camera that shows something else is opened by the first offer, once for all that come together; its old resources are gone',
    async () => {
      await server.cameras.open({ id: 'taken', source: 'simulate:?width=320&height=240' });
      expect((await ask('DELETE', '/api/cameras/taken/whip/x')).status).toBe(404);
      const answers = await Promise.all([offer('taken'), offer('taken')]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(await lineOf(answers.find(({ status }) => status === 409)!)).toMatch(/another publisher/);
      expect(server.cameras.get('taken')!.status.source).toBe('whip:');

      const resource = answers.find(({ status }) => status === 201)!.headers.get('location')!;
      await server.cameras.open({ id: 'taken', source: 'simulate:?width=320&height=240' });
      const gone = await ask('DELETE', resource);
      expect(gone.status).toBe(404);
      expect(await lineOf(gone)).toMatch(/another source/);
      await server.cameras.remove('taken');
    },
    START_MS,
  );

  test(
    'a camera process that crashes takes the resource with it; publishing anew goes on',
    async () => {
      const first = await offer('crash');
      expect(first.status).toBe(201);
      process.kill(server.cameras.get('crash')!.pid!, 'SIGKILL');
      await expect.poll(() => server.cameras.get('crash')!.status.restarts, { timeout: 10_000 }).toBe(1);
      await expect
        .poll(
          async () => (await ask('PATCH', first.headers.get('location')!, 'a=end-of-candidates', { ...FRAGMENT, 'if-match': '*' })).status,
          {
            timeout: 30_000,
            interval: 300,
          },
        )
        .toBe(404);
      expect((await offer('crash')).status).toBe(201);
      await server.cameras.remove('crash');
    },
    START_MS,
  );

  test(
    'FFmpeg’s own muxer publishes H.264, and the camera waits again when it is done',
    async () => {
      const clip = join(folder, 'clip.mp4');
      await makeClip(clip, { widthPx: 640, heightPx: 360, frames: 150 });
      const camera = await server.cameras.open({ id: 'encoder', source: 'whip:' });
      const states: string[] = [];
      const leave = camera.watch((news) => {
        if (news.type === 'status') states.push(`${news.status.state}: ${news.status.reason}`);
      });
      await expect.poll(() => states.at(-1), { timeout: START_MS }).toBe('reconnecting: waiting for a publisher');
      await publishWithFfmpeg({
        clip,
        url: new URL('/api/cameras/encoder/whip', server.url).href,
        token: TOKEN,
        signal: new AbortController().signal,
      });
      expect(states).toContain('running: ');
      await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe('reconnecting: waiting for a publisher');
      expect(camera.report!.widthPx).toBe(640);
      // Newest wins where the machine is busy, and each picture is counted one way or the other; what the network loses is not there to be counted.
      const {
        decoded,
        dropped: { source = 0 },
      } = camera.report!.frames;
      expect(decoded + source).toBeGreaterThan(40);
      leave();
      await server.cameras.remove('encoder');
    },
    2 * START_MS,
  );

  test(
    'a publisher that comes back is the same session',
    async () => {
      const camera = await server.cameras.open({ id: 'back', source: 'whip:' });
      const run = async (): Promise<void> => {
        await using peer = createWrtcPeer();
        const answer = await offer('back', await peer.offer());
        expect(answer.status).toBe(201);
        await peer.accept(await answer.text());
        const before = camera.report?.frames.decoded ?? 0;
        await expect.poll(() => camera.report?.frames.decoded ?? 0, { timeout: START_MS }).toBeGreaterThan(before + 20);
      };
      await run();
      const { pid } = camera;
      const decoded = camera.report!.frames.decoded;
      // Gone without a word: its place is free as soon as it is silent.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await run();
      expect(camera.pid).toBe(pid);
      expect(camera.report!.frames.decoded).toBeGreaterThan(decoded);
      expect(camera.status.restarts).toBe(0);
    },
    2 * START_MS,
  );
});

describe('pages elsewhere', () => {
  const foreign = { origin: 'https://elsewhere.example' };
  test('may ask beforehand without a token, and publish with it', async () => {
    const preflight = await fetch(new URL('/api/cameras/main/whip', server.url), { method: 'OPTIONS', headers: foreign });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/If-Match/);
    expect(preflight.headers.get('accept-post')).toBe('application/sdp');
    expect((await offer('foreign', 'v=1', { ...SDP, ...foreign })).status).toBe(400);
    expect((await fetch(new URL('/api/cameras', server.url), { headers: { ...foreign, authorization: `Bearer ${TOKEN}` } })).status).toBe(
      403,
    );
  });
});
