import { Packr } from 'msgpackr';
import type { WebSocket } from 'ws';
import { type LiveMessage, WIRE_VERSION } from '../../domain/wire.ts';
import type { Camera, FrameNews, ViewerNews } from '../camera/supervisor.ts';

/** Pictures on their way to one viewer; each is acknowledged by the answer to the ping that follows it. */
const PICTURES_UNDERWAY = 3;
const PING_EVERY_MS = 5000;
const DEAD_AFTER_MS = 15_000;
/** A viewer that takes in nothing while news pile up is better sent away: it comes back and is given the whole map. */
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

const packr = new Packr({ useRecords: false });

/**
 * Speaks the live protocol to one viewer until its socket closes. Of pictures only the newest goes out: what the viewer is too slow for
 * is skipped and counted. Status, map and events are never skipped.
 */
export const attachViewer = (socket: WebSocket, camera: Camera): void => {
  let skipped = 0;
  let pingsSent = 0;
  let pingsAnswered = 0;
  let heardAt = performance.now();
  let newest: FrameNews | undefined;

  const send = (message: LiveMessage): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(packr.pack(message), { binary: true });
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
  };
  const ping = (): void => {
    if (socket.readyState === socket.OPEN) socket.ping(String(++pingsSent));
  };
  const sendNewest = (): void => {
    if (newest === undefined || pingsSent - pingsAnswered >= PICTURES_UNDERWAY) return;
    const frame = newest;
    newest = undefined;
    send({ ...frame, skipped });
    ping();
  };
  const take = (news: ViewerNews): void => {
    if (news.type !== 'frame') send(news);
    else {
      if (newest !== undefined) skipped++;
      newest = news;
      sendNewest();
    }
  };

  send({ type: 'hello', version: WIRE_VERSION, status: camera.status });
  const leave = camera.watch(take);
  const heartbeat = setInterval(() => {
    if (performance.now() - heardAt > DEAD_AFTER_MS) socket.terminate();
    else ping();
  }, PING_EVERY_MS);

  socket.on('pong', (data) => {
    heardAt = performance.now();
    pingsAnswered = Math.max(pingsAnswered, Math.min(Number(data.toString()) || 0, pingsSent));
    sendNewest();
  });
  // Viewers have nothing to say; whatever comes is a sign of life and no more.
  socket.on('message', () => {
    heardAt = performance.now();
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(heartbeat);
    leave();
  });
};
