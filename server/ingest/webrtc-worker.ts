/**
 * The thread of WebRTC peers: packets are taken in, put in order and decoded here, so that neither waits for counting nor holds it up.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { FromWebrtcThread, ToWebrtcThread, WebrtcThreadData } from './webrtc-messages.ts';
import { createWebrtcRoom } from './webrtc-room.ts';

/** Pictures that may be on their way to the counting thread, which takes the newest. */
const PICTURES = 4;

const port = parentPort!;
const { settings, openedAtEpochMs } = workerData as WebrtcThreadData;
const say = (message: FromWebrtcThread): void => port.postMessage(message);
const lent = new Map<number, Frame>();

const room = createWebrtcRoom(settings, {
  pool: createFramePool({ maxBuffers: PICTURES }),
  onEvent: (event) => say({ type: 'event', event }),
  now: () => performance.timeOrigin + performance.now() - openedAtEpochMs,
  take: (frame) => {
    const { id, capturedAtMs, widthPx, heightPx, fullRange, y, u, v } = frame;
    lent.set(id, frame);
    say({ type: 'picture', id, capturedAtMs, widthPx, heightPx, fullRange, planes: [y.data, u.data, v.data] });
  },
});

port.on('message', (message: ToWebrtcThread) => {
  switch (message.type) {
    case 'signal':
      void room.answer(message.call).then((reply) => say({ type: 'reply', number: message.number, reply }));
      return;
    case 'tell':
      return room.tell();
    case 'release':
      lent.get(message.id)?.[Symbol.dispose]();
      lent.delete(message.id);
      return;
    case 'close':
      void room.close().finally(() => process.exit(0));
      return;
    default:
      message satisfies never;
  }
});
