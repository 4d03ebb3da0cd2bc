import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { makeClip } from './make-clip.ts';

/**
 * A camera that speaks RTSP (RFC 2326, interleaved over TCP): FFmpeg packs H.264 into RTP and sends it here by UDP, and each packet goes on to
 * whoever plays. Pictures start when the peer does, as a camera's do.
 */
export const startRtspPeer = async (port = 0): Promise<{ readonly port: number; stop(): Promise<void> }> => {
  const players = new Set<Socket>();
  const rtp = createSocket('udp4');
  await new Promise<void>((resolve) => rtp.bind(0, '127.0.0.1', resolve));
  rtp.on('message', (packet) => {
    const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255]);
    for (const player of players) player.write(Buffer.concat([head, packet]));
  });

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const drop = (): void => {
      sockets.delete(socket);
      players.delete(socket);
    };
    socket.on('close', drop);
    socket.on('error', drop);
    let waiting = '';
    socket.on('data', (chunk) => {
      waiting += chunk.toString('latin1');
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        const request = waiting.slice(0, end);
        waiting = waiting.slice(end + 4);
        const [, method, url] = /([A-Z_]+) (\S+) RTSP/.exec(request) ?? [];
        const answer = (headers: string, body = ''): boolean =>
          socket.write(
            `RTSP/1.0 200 OK\r\nCSeq: ${/CSeq: (\d+)/i.exec(request)?.[1]}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
          );
        if (method === 'OPTIONS') answer('Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n');
        else if (method === 'DESCRIBE') {
          const sdp = [
            'v=0',
            'o=- 0 0 IN IP4 127.0.0.1',
            's=peer',
            't=0 0',
            'm=video 0 RTP/AVP 96',
            'a=rtpmap:96 H264/90000',
            'a=fmtp:96 packetization-mode=1',
            'a=control:one',
          ];
          answer(`Content-Type: application/sdp\r\nContent-Base: ${url}/\r\n`, `${sdp.join('\r\n')}\r\n`);
        } else if (method === 'SETUP') answer('Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n');
        else if (method === 'PLAY') {
          answer('Session: 1\r\n');
          players.add(socket);
        } else answer('Session: 1\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const ending = new AbortController();
  const sent = makeClip(`rtp://127.0.0.1:${rtp.address().port}?pkt_size=1300`, {
    frames: 4000,
    container: 'rtp',
    paced: true,
    signal: ending.signal,
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      ending.abort();
      await sent;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => rtp.close(resolve));
    },
  };
};
