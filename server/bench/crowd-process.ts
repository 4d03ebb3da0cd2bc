import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';
import type { LiveMessage } from '../../domain/wire.ts';
import type { CrowdOrder, CrowdSeen } from './crowd-messages.ts';

/** Viewers in a process of their own, that take everything in and do as little as can be with it. */
type Viewer = { readonly socket: WebSocket; frames: number; first: Buffer | undefined; last: Buffer | undefined };

const unpackr = new Unpackr({ useRecords: false });
const viewers: Viewer[] = [];
let stalled: WebSocket | undefined;
let latenciesMs: number[] = [];

/** The kind of a message stands at its beginning, so that most need not be unpacked. */
const isFrame = (data: Buffer): boolean => data.subarray(0, 16).includes('frame');
const skippedIn = (data: Buffer | undefined): number => {
  const message = data === undefined ? undefined : (unpackr.unpack(data) as LiveMessage);
  return message?.type === 'frame' ? message.skipped : 0;
};

const join = (address: string, observes: boolean): Viewer => {
  const viewer: Viewer = { socket: new WebSocket(address), frames: 0, first: undefined, last: undefined };
  viewer.socket.on('message', (data: Buffer) => {
    if (!isFrame(data)) return;
    viewer.frames++;
    viewer.first ??= data;
    viewer.last = data;
    if (observes) latenciesMs.push((unpackr.unpack(data) as { latencyMs: number }).latencyMs);
  });
  viewer.socket.on('error', (error) => console.error(error.message));
  return viewer;
};

process.on('message', (order: CrowdOrder) => {
  const seen: CrowdSeen = {
    latenciesMs,
    frames: viewers.map(({ frames }) => frames),
    skipped: viewers.map(({ first, last }) => skippedIn(last) - skippedIn(first)),
  };
  process.send?.(seen);
  latenciesMs = [];
  for (const { socket } of viewers.splice(order.viewers)) socket.terminate();
  stalled?.terminate();
  const address = `${order.address}?video=${order.pictures}`;
  for (const viewer of viewers) Object.assign(viewer, { frames: 0, first: undefined, last: undefined });
  for (let index = viewers.length; index < order.viewers; index++) viewers.push(join(address, index === 0));
  stalled = order.stalled ? new WebSocket(address) : undefined;
  stalled?.on('error', () => {});
  stalled?.once('open', () => stalled?.pause());
});
process.once('disconnect', () => process.exit(0));
