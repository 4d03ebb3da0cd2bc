import wrtc from '@roamhq/wrtc';
import { afterEach, expect, test } from 'vitest';
import type { FieldReport } from '../../domain/field-report.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createWebrtcOutlet } from '../../server/ingest/webrtc-outlet.ts';
import { stripeLuma } from '../ingest/make-clip.ts';

type Sink = { onframe: ((event: { frame: { width: number; height: number; data: Uint8Array } }) => void) | null; stop(): void };
type Description = { readonly type: string; readonly sdp: string };
type PeerConnection = {
  ontrack: ((event: { track: unknown }) => void) | null;
  readonly localDescription: Description | null;
  addTransceiver(kind: string, init: { direction: string }): void;
  createOffer(): Promise<Description>;
  setLocalDescription(description: Description): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  close(): void;
};
const { RTCPeerConnection, nonstandard } = wrtc as unknown as {
  RTCPeerConnection: new () => PeerConnection;
  nonstandard: { RTCVideoSink: new (track: unknown) => Sink };
};

const WIDTH_PX = 640;
const HEIGHT_PX = 360;
const settings = { ports: undefined, address: undefined, bitrate: 8e6 };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A camera that shows dim stripes with one bright box drawn over them, 20 frames a second. */
const film = (outlet: ReturnType<typeof createWebrtcOutlet>) => {
  const pool = createFramePool({ maxBuffers: 6 });
  let id = 0;
  const timer = setInterval(() => {
    const capturedAtMs = id * 50;
    const frame = pool.frame({ id: id++, capturedAtMs, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, fullRange: false }, (y, u, v) => {
      for (let row = 0; row < y.heightPx; row++)
        for (let column = 0; column < y.widthPx; column++)
          y.data[row * y.stridePx + column] = stripeLuma(0, column, row, WIDTH_PX, HEIGHT_PX);
      u.data.fill(128);
      v.data.fill(128);
    });
    if (frame === undefined) return;
    using shown = frame;
    const boxes = [{ id: 1, classIndex: 1, score: 1, box: [100, 50, 300, 150], state: 'counted' }];
    outlet.show(shown, { boxes } as unknown as FieldReport);
  }, 50);
  open.push(() => clearInterval(timer));
  return pool;
};

const play = async (outlet: ReturnType<typeof createWebrtcOutlet>) => {
  const peer = new RTCPeerConnection();
  open.push(() => peer.close());
  const pictures: { width: number; height: number; data: Uint8Array }[] = [];
  peer.ontrack = ({ track }) => {
    const sink = new nonstandard.RTCVideoSink(track);
    sink.onframe = ({ frame }) => {
      pictures.push({ width: frame.width, height: frame.height, data: new Uint8Array(frame.data) });
    };
    open.push(() => sink.stop());
  };
  peer.addTransceiver('video', { direction: 'recvonly' });
  await peer.setLocalDescription(await peer.createOffer());
  const reply = await outlet.answer({ role: 'whep', do: 'offer', sdp: peer.localDescription!.sdp });
  expect(reply).toMatchObject({ status: 201 });
  await peer.setRemoteDescription({ type: 'answer', sdp: reply.sdp! });
  return { pictures, resource: reply.resource! };
};

test('players see the picture with its boxes, whenever they come; nothing is encoded for nobody', async () => {
  const troubles: string[] = [];
  const outlet = createWebrtcOutlet(
    () => settings,
    (text) => troubles.push(text),
  );
  open.push(() => outlet.close());
  const pool = film(outlet);
  const first = await play(outlet);
  await expect.poll(() => first.pictures.length, { timeout: 20_000 }).toBeGreaterThan(10);
  const second = await play(outlet);
  await expect.poll(() => second.pictures.length, { timeout: 20_000 }).toBeGreaterThan(5);

  const { width, height, data } = second.pictures.at(-1)!;
  expect([width, height]).toEqual([WIDTH_PX, HEIGHT_PX]);
  const luma = (x: number, y: number): number => data[y * width + x]!;
  // Orange over the dark upper half: brighter on the box's sides than within it and beside it.
  for (const [x, y] of [
    [200, 51],
    [200, 149],
    [101, 100],
    [299, 100],
  ] as const)
    expect(luma(x, y)).toBeGreaterThan(80);
  expect(luma(200, 100)).toBeLessThan(70);
  expect(luma(60, 100)).toBeLessThan(70);

  const end = (resource: string) => outlet.answer({ role: 'whep', do: 'delete', resource });
  expect(await end(first.resource)).toEqual({ status: 200 });
  expect(await end(first.resource)).toMatchObject({ status: 404 });
  expect(await end(second.resource)).toEqual({ status: 200 });
  await expect.poll(() => pool.outstanding, { timeout: 5000 }).toBe(0);
  expect(troubles).toEqual([]);
}, 60_000);

test('an offer to play that cannot be is refused', async () => {
  const outlet = createWebrtcOutlet(
    () => settings,
    () => {},
  );
  open.push(() => outlet.close());
  expect(await outlet.answer({ role: 'whep', do: 'offer', sdp: 'v=1' })).toMatchObject({ status: 400 });
  expect(await outlet.answer({ role: 'whep', do: 'delete', resource: 'x' })).toMatchObject({ status: 404 });
}, 20_000);
