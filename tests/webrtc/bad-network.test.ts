import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { openNetworkWay } from '../../server/bench/network-way.ts';
import { createWebrtcRoom } from '../../server/ingest/webrtc-room.ts';
import { readStripes } from '../ingest/make-clip.ts';
import { createWrtcPeer } from './wrtc-peer.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** libwebrtc publishing through a network that can be made bad. */
const publishThrough = async () => {
  const startedAt = performance.now();
  const numbers: number[] = [];
  const said: string[] = [];
  const room = createWebrtcRoom(
    { ports: undefined, address: undefined, bitrate: 8e6 },
    {
      pool: createFramePool(),
      onEvent: (event) => {
        if ('text' in event) said.push(event.text);
      },
      now: () => performance.now() - startedAt,
      take: (frame) => {
        using shown = frame;
        numbers.push(readStripes(shown.y));
      },
    },
  );
  open.push({ [Symbol.asyncDispose]: () => room.close() });
  const endpoint = createServer(async (request, response) => {
    const reply = await room.answer({ role: 'whip', do: 'offer', sdp: await text(request) });
    response.writeHead(reply.status, { 'content-type': 'application/sdp' }).end(reply.sdp);
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  open.push({
    [Symbol.asyncDispose]: async () => {
      endpoint.closeAllConnections();
      endpoint.close();
    },
  });
  const way = await openNetworkWay(`http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`);
  open.push(way);
  const peer = createWrtcPeer();
  open.push(peer);
  const answer = await fetch(way.url, { method: 'POST', body: await peer.offer() });
  expect(answer.status).toBe(201);
  await peer.accept(await answer.text());
  const enough = (pictures: number): Promise<void> => {
    const wanted = numbers.length + pictures;
    return expect.poll(() => numbers.length, { timeout: 25_000 }).toBeGreaterThanOrEqual(wanted);
  };
  await enough(10);
  return { numbers, said, way, peer, room, enough };
};

const inOrderOnce = (numbers: readonly number[]): void => expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));

test('lost packets are sent again: no picture is missing, none is damaged', async () => {
  const { numbers, way, room, said, enough } = await publishThrough();
  way.setLoss(0.1);
  const from = numbers.length;
  await enough(60);
  way.setLoss(0);
  inOrderOnce(numbers);
  const got = numbers.slice(from);
  // A machine that is busy paints fewer; the ones that were painted and sent all came.
  expect(got.length / (got.at(-1)! - got[0]! + 1)).toBeGreaterThan(0.5);
  await room.close();
  expect(way.counters.lost).toBeGreaterThan(5);
  expect(said.at(-1)).toMatch(/ [1-9]\d* asked for again/);
}, 60_000);

test('after a cut of some seconds the same connection goes on, with a key picture', async () => {
  const { numbers, way, peer, enough } = await publishThrough();
  const before = numbers.at(-1)!;
  way.setCut(true);
  await sleep(4000);
  const lastBefore = numbers.at(-1)!;
  way.setCut(false);
  await enough(20);
  inOrderOnce(numbers);
  expect(lastBefore - before).toBeLessThan(60);
  expect(numbers.find((number) => number > lastBefore)! - lastBefore).toBeGreaterThan(60);
  expect(peer.connection.connectionState).toBe('connected');
}, 60_000);
