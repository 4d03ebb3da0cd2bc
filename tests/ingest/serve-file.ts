import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Serves one file with ranges, as a file server does; sockets can be cut. */
export const serveFile = async (
  path: string,
  port = 0,
  bytesPerSecond = Number.POSITIVE_INFINITY,
): Promise<{ port: number; cut(): Promise<void> }> => {
  const { size } = await stat(path);
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(request.headers.range ? 206 : 200, {
      'content-length': size - from,
      'accept-ranges': 'bytes',
      'content-range': `bytes ${from}-${size - 1}/${size}`,
    });
    const stream = createReadStream(path, { start: from, highWaterMark: 4096 });
    (async () => {
      for await (const chunk of stream) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
        if (Number.isFinite(bytesPerSecond)) await new Promise((resolve) => setTimeout(resolve, (1000 * chunk.length) / bytesPerSecond));
      }
      response.end();
    })().catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
