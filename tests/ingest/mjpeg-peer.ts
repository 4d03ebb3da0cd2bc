import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createJpegEncoder } from '../../server/ingest/jpeg-encoder.ts';
import { stripeLuma } from './make-clip.ts';

/** A camera that sends JPEGs over HTTP for ever (`multipart/x-mixed-replace`), 30 a second. */
export const startMjpegPeer = async (port = 0): Promise<{ readonly port: number; fallSilent(): void; stop(): Promise<void> }> => {
  const watching = new Set<ServerResponse>();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=picture' });
    watching.add(response);
    response.on('close', () => watching.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  let running = true;
  let silent = false;
  const sending = (async () => {
    const pool = createFramePool();
    using encoder = createJpegEncoder({ quality: 90 });
    for (let index = 0; running; index++) {
      using frame = pool.frame({ id: index, capturedAtMs: 0, widthPx: 320, heightPx: 240, fullRange: true }, (y, u, v) => {
        for (let at = 0; at < y.data.length; at++) y.data[at] = stripeLuma(index, at % 320, Math.floor(at / 320), 320, 240);
        u.data.fill(128);
        v.data.fill(128);
      })!;
      const jpeg = await encoder.encode(frame);
      for (const response of silent ? [] : watching) {
        response.write(`--picture\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
        response.write(jpeg);
        response.write('\r\n');
      }
      await sleep(33);
    }
  })();
  return {
    port: (server.address() as AddressInfo).port,
    fallSilent: () => {
      silent = true;
    },
    stop: async () => {
      running = false;
      await sending;
      for (const response of watching) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
