import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { SourceEvent } from '../../server/ingest/source-event.ts';
import { createWebrtcRoom } from '../../server/ingest/webrtc-room.ts';
import type { SignalReply } from '../../server/ingest/webrtc-signal.ts';
import { readStripes } from '../ingest/make-clip.ts';
import { createWrtcPeer, HEIGHT_PX, WIDTH_PX, type WrtcPeer } from './wrtc-peer.ts';

const SETTINGS = { ports: undefined, address: undefined, bitrate: 8e6 };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

type Seen = {
  readonly number: number;
  readonly capturedAtMs: number;
  readonly id: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

const openRoom = () => {
  const startedAt = performance.now();
  const seen: Seen[] = [];
  const events: SourceEvent[] = [];
  const pool = createFramePool();
  const room = createWebrtcRoom(SETTINGS, {
    pool,
    onEvent: (event) => events.push(event),
    now: () => performance.now() - startedAt,
    take: (frame) => {
      using shown = frame;
      const { id, capturedAtMs, widthPx, heightPx } = shown;
      seen.push({ number: readStripes(shown.y), id, capturedAtMs, widthPx, heightPx });
    },
  });
  open.push({ [Symbol.asyncDispose]: () => room.close() });
  const enough = async (pictures: number): Promise<void> => {
    const wanted = seen.length + pictures;
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(wanted);
  };
  return { room, seen, events, pool, enough, ask: (sdp: string) => room.answer({ role: 'whip', do: 'offer', sdp }) };
};

const openPeer = (codec?: string): WrtcPeer => {
  const peer = createWrtcPeer(codec);
  open.push(peer);
  return peer;
};

const publish = async (ask: (sdp: string) => Promise<SignalReply>, codec?: string) => {
  const peer = openPeer(codec);
  const reply = await ask(await peer.offer());
  expect(reply).toMatchObject({ status: 201 });
  await peer.accept(reply.sdp!);
  return { peer, reply };
};

describe('a publisher', () => {
  it.each(['VP8', 'VP9', 'AV1'])(
    'sends %s: every picture is the one that was shown, in order, at the time it was taken',
    async (codec) => {
      const { seen, enough, ask, pool } = openRoom();
      const { reply } = await publish(ask, codec);
      expect(reply.sdp).toContain(`${codec}/90000`);
      await enough(30);
      const numbers = seen.map(({ number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(seen.map(({ id }) => id)).toEqual(seen.map((_, at) => at));
      expect(seen.at(-1)).toMatchObject({ widthPx: WIDTH_PX, heightPx: HEIGHT_PX });
      for (const [at, { capturedAtMs }] of seen.entries())
        if (at > 0) expect(capturedAtMs).toBeGreaterThanOrEqual(seen[at - 1]!.capturedAtMs);
      expect(pool.outstanding).toBe(0);
    },
    40_000,
  );

  it('keeps its resource through an ICE restart, and its pictures go on', async () => {
    const { room, seen, enough, ask } = openRoom();
    const { peer, reply } = await publish(ask);
    await enough(10);
    const offer = await peer.offer(true);
    const fragment = offer
      .split('\r\n')
      .filter((line) => /^a=(ice-ufrag|ice-pwd|mid|candidate)/.test(line) || line.startsWith('m='))
      .join('\r\n');
    const patch = (ifMatch: string | undefined, body: string) =>
      room.answer({ role: 'whip', do: 'patch', resource: reply.resource!, fragment: body, ifMatch });
    expect((await patch(undefined, fragment)).status).toBe(428);
    expect((await patch('"other"', fragment)).status).toBe(412);
    expect((await patch(reply.etag, 'what')).status).toBe(400);
    const restarted = await patch('*', fragment);
    expect(restarted).toMatchObject({ status: 200 });
    expect(restarted.etag).not.toBe(reply.etag);
    const credentials = /a=ice-ufrag:(\S+)[\s\S]*a=ice-pwd:(\S+)/.exec(restarted.sdp!)!;
    await peer.accept(
      reply.sdp!.replace(/a=ice-ufrag:.*/g, `a=ice-ufrag:${credentials[1]}`).replace(/a=ice-pwd:.*/g, `a=ice-pwd:${credentials[2]}`),
    );
    const before = seen.at(-1)!.number;
    await enough(60);
    expect(peer.connection.connectionState).toBe('connected');
    expect(seen.at(-1)!.number).toBeGreaterThan(before + 30);
    expect((await patch('*', 'a=candidate:1 1 udp 1 192.0.2.9 9 typ host')).status).toBe(204);
  }, 40_000);

  it('that sends smaller pictures for a while is brought back to the size of the first', async () => {
    const { seen, events, enough, ask } = openRoom();
    const { peer } = await publish(ask);
    await enough(5);
    peer.shrink(0.5);
    await expect
      .poll(() => events.some((event) => event.type === 'warning' && event.text.includes('320×180')), { timeout: 20_000 })
      .toBe(true);
    await enough(5);
    expect(seen.every(({ widthPx, heightPx }) => widthPx === WIDTH_PX && heightPx === HEIGHT_PX)).toBe(true);
    const numbers = seen.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  }, 40_000);

  it('keeps the place while it sends, and leaves it when it is silent', async () => {
    const { events, enough, ask, seen } = openRoom();
    const first = await publish(ask);
    await enough(5);
    const second = openPeer();
    expect(await ask(await second.offer())).toMatchObject({ status: 409, retryAfterS: 2 });
    // Gone without a word, as a page that was closed.
    await first.peer[Symbol.asyncDispose]();
    await expect
      .poll(() => events.at(-1), { timeout: 10_000 })
      .toMatchObject({ type: 'waiting', reason: expect.stringContaining('waiting for a publisher') });
    const lastId = seen.at(-1)!.id;
    const lastMs = seen.at(-1)!.capturedAtMs;
    await publish(ask);
    await enough(5);
    expect(seen.find(({ id }) => id === lastId + 1)!.capturedAtMs).toBeGreaterThan(lastMs + 1000);
  }, 40_000);

  it('ends once', async () => {
    const { room, events, ask, enough } = openRoom();
    const { reply } = await publish(ask);
    await enough(2);
    const end = () => room.answer({ role: 'whip', do: 'delete', resource: reply.resource! });
    expect(await end()).toEqual({ status: 200 });
    expect(await end()).toMatchObject({ status: 404 });
    expect(events.at(-1)).toEqual({ type: 'waiting', reason: 'waiting for a publisher' });
    await sleep(10);
  }, 20_000);
});
