import { Packr } from 'msgpackr';
import type { WebSocket } from 'ws';
import { type LiveMessage, type PictureWish, type ViewerMessage, viewerMessage, WIRE_VERSION } from '../../domain/wire.ts';
import type { Camera, FrameNews, ViewerNews } from '../camera/camera.ts';
import { createPictureQueue, type SentFrame } from './picture-queue.ts';

/** Frames on their way to one viewer. Each is acknowledged by its `taken`, or else by the answer to the ping that follows it. */
const FRAMES_UNDERWAY: Readonly<Record<PictureWish, number>> = {
  jpeg: 3,
  // A frame left out of a coded stream costs a keyframe; a short stall is bridged.
  webcodecs: 8,
};
const PING_EVERY_MS = 5000;
const DEAD_AFTER_MS = 15_000;
/** A viewer that takes in nothing while news pile up is better sent away: it comes back and is given the whole map. */
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

const packr = new Packr({ useRecords: false });

/** What is sent of a frame, by what it depends on: twenty viewers alike are packed for once. */
const packed = new WeakMap<FrameNews, Map<string, Uint8Array>>();
const packFrame = ({ news, picture, video, skipped }: SentFrame): Uint8Array => {
  const versions = packed.get(news) ?? new Map<string, Uint8Array>();
  packed.set(news, versions);
  const version = `${video === undefined ? 'jpeg' : 'video'} ${skipped}`;
  const { report, latencyMs } = news;
  const message: LiveMessage = { type: 'frame', report, picture, latencyMs, skipped, ...(video === undefined ? {} : { video }) };
  const bytes = versions.get(version) ?? packr.pack(message);
  versions.set(version, bytes);
  return bytes;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Speaks the live protocol to one viewer until its socket closes. Of pictures only what it can take in goes out, the rest is
 * skipped and counted. Status, map and events are never skipped.
 */
export const attachViewer = (socket: WebSocket, camera: Camera, firstWish: PictureWish = 'jpeg'): void => {
  let framesSent = 0;
  let framesTaken = 0;
  let saysTaken = false;
  let heardAt = performance.now();
  let wish = firstWish;
  const pictures = createPictureQueue(firstWish, () => camera.askForKeyframe());

  const send = (bytes: Uint8Array): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(bytes, { binary: true });
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
  };
  const ping = (): void => {
    if (socket.readyState === socket.OPEN) socket.ping(String(framesSent));
  };
  const sendNext = (): void => {
    const frame = pictures.next(framesSent - framesTaken < FRAMES_UNDERWAY[wish]);
    if (frame === undefined) return;
    send(packFrame(frame));
    framesSent++;
    if (!saysTaken) ping();
  };
  const take = (news: ViewerNews): void => {
    if (news.type === 'frame') {
      pictures.push(news);
      sendNext();
    } else send(packr.pack(news satisfies LiveMessage));
  };

  const hear = (message: ViewerMessage): void => {
    switch (message.type) {
      case 'taken':
        framesTaken = Math.min(message.frames, framesSent);
        saysTaken = true;
        sendNext();
        return;
      case 'keyframe':
        pictures.beginAnew();
        return;
      case 'pictures':
        wish = message.as;
        pictures.want(wish);
        camera.watch(take, wish);
        return;
      default:
        message satisfies never;
    }
  };

  send(packr.pack({ type: 'hello', version: WIRE_VERSION, status: camera.status } satisfies LiveMessage));
  const leave = camera.watch(take, wish);
  const heartbeat = setInterval(() => {
    if (performance.now() - heardAt > DEAD_AFTER_MS) socket.terminate();
    else ping();
  }, PING_EVERY_MS);

  socket.on('pong', (data) => {
    heardAt = performance.now();
    if (saysTaken) return;
    framesTaken = Math.max(framesTaken, Math.min(Number(data.toString()) || 0, framesSent));
    sendNext();
  });
  socket.on('message', (data, isBinary) => {
    heardAt = performance.now();
    const message = viewerMessage.safeParse(isBinary ? undefined : parsed(data.toString()));
    if (!message.success) return;
    hear(message.data);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(heartbeat);
    leave();
  });
};
