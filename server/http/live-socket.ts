import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { pictureWish } from '../../domain/wire.ts';
import type { Cameras } from '../camera/cameras.ts';
import type { Guard } from './guard.ts';
import { attachViewer } from './viewer.ts';

const LIVE_PATH = /^\/api\/cameras\/([a-z0-9-]{1,40})\/live$/;
/** Of all cameras together; each viewer of a running camera costs its pictures' bandwidth. */
const MAX_VIEWERS = 64;
const MAX_MESSAGE_BYTES = 1024;

const refuse = (socket: Duplex, status: string, message: string): void => {
  const body = JSON.stringify({ error: { kind: 'usage', message } });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};

/** Answers `/api/cameras/ID/live` of `server` with the live protocol. The returned function closes all sockets. */
export const serveLiveSockets = (server: Server, cameras: Cameras, guard: Guard): (() => void) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = guard(request);
    if (refusal !== undefined) return refuse(socket, refusal.status === 401 ? '401 Unauthorized' : '403 Forbidden', refusal.message);
    const [path = '', query] = (request.url ?? '').split('?');
    const id = LIVE_PATH.exec(path)?.[1];
    const wish = pictureWish.catch('jpeg').parse(new URLSearchParams(query).get('video'));
    const camera = id === undefined ? undefined : cameras.get(id);
    if (camera === undefined) return refuse(socket, '404 Not Found', 'no such camera: GET /api/cameras lists them');
    if (sockets.clients.size >= MAX_VIEWERS) return refuse(socket, '503 Service Unavailable', `${MAX_VIEWERS} viewers are here already`);
    sockets.handleUpgrade(request, socket, head, (viewer) => attachViewer(viewer, camera, wish));
  });
  return () => {
    for (const socket of sockets.clients) socket.close(1001, 'the service ends');
    sockets.close();
  };
};
