/** The thread of WebRTC players: boxes are drawn, pictures encoded and sent here, beside counting. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Frame, Plane } from '../../domain/frame.ts';
import { createWebrtcAudience } from './webrtc-audience.ts';
import type { AudienceThreadData, FromAudienceThread, ToAudienceThread } from './webrtc-audience-messages.ts';

const port = parentPort!;
const { settings } = workerData as AudienceThreadData;
const say = (message: FromAudienceThread): void => port.postMessage(message);
const audience = createWebrtcAudience(settings, (players) => say({ type: 'players', players }));

const frameOf = ({ capturedAtMs, widthPx, heightPx, fullRange, planes }: Extract<ToAudienceThread, { type: 'show' }>): Frame => {
  const plane = (data: Uint8Array, width: number, height: number): Plane => ({ data, stridePx: width, widthPx: width, heightPx: height });
  const [y, u, v] = planes;
  const chroma = [(widthPx + 1) >> 1, (heightPx + 1) >> 1] as const;
  const frame: Frame = {
    id: 0,
    capturedAtMs,
    widthPx,
    heightPx,
    fullRange,
    y: plane(y, widthPx, heightPx),
    u: plane(u, ...chroma),
    v: plane(v, ...chroma),
    // The memory belongs to the other thread, which waits for `done`.
    retain: () => frame,
    [Symbol.dispose]: () => {},
  };
  return frame;
};

port.on('message', (message: ToAudienceThread) => {
  switch (message.type) {
    case 'signal':
      void audience.answer(message.call).then((reply) => say({ type: 'reply', number: message.number, reply }));
      return;
    case 'show':
      audience.show(frameOf(message), message.boxes).then(
        () => say({ type: 'done', trouble: undefined }),
        (error: unknown) => say({ type: 'done', trouble: String(error) }),
      );
      return;
    case 'close':
      void audience.close().finally(() => process.exit(0));
      return;
    default:
      message satisfies never;
  }
});
