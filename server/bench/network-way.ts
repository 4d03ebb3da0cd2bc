import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';

/** A way to the service that can be cut and that loses packets: HTTP is passed on, and what goes over UDP goes through a relay. */
export type NetworkWay = AsyncDisposable & {
  /** Address to publish to in place of the service's own. */
  readonly url: string;
  /** Whether anything gets through, HTTP included. */
  setCut(cut: boolean): void;
  /** Share of UDP packets that are lost, towards the service. */
  setLoss(share: number): void;
  readonly counters: { readonly passed: number; readonly lost: number };
};

export type NetworkWayOptions = {
  /** Whether the nth packet is lost at this loss; every one at its turn where it is left out. */
  readonly loses?: (packet: number, share: number) => boolean;
};

const inTurn = (packet: number, share: number): boolean => share > 0 && Math.floor(packet * share) !== Math.floor((packet - 1) * share);

const bound = async (host?: string): Promise<Socket> => {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  // A key picture comes as a hundred packets at once.
  socket.setRecvBufferSize(4 * 1024 * 1024);
  return socket;
};

/** Opens a way to the service at `target`. Each answer of a WebRTC endpoint is led through a relay of its own. */
export const openNetworkWay = async (target: string, { loses = inTurn }: NetworkWayOptions = {}): Promise<NetworkWay> => {
  const sockets: Socket[] = [];
  let cut = false;
  let loss = 0;
  let passed = 0;
  let lost = 0;

  /** A relay to a port of this machine; returns its own port. */
  const relay = async (host: string, toPort: number): Promise<number> => {
    const [near, far] = await Promise.all([bound('127.0.0.1'), bound()]);
    sockets.push(near, far);
    let peer: { port: number; address: string } | undefined;
    near.on('message', (bytes, from) => {
      peer = from;
      if (cut || loses(passed + lost + 1, loss)) {
        lost++;
        return;
      }
      passed++;
      far.send(bytes, toPort, host);
    });
    far.on('message', (bytes) => {
      if (!cut && peer !== undefined) near.send(bytes, peer.port, peer.address);
    });
    return near.address().port;
  };

  const relayed = async (answer: string): Promise<string> => {
    const lines = answer.split('\r\n');
    const first = lines.find((line) => line.startsWith('a=candidate:') && isIPv4(line.split(' ')[4]!));
    if (first === undefined) return answer;
    const words = first.split(' ');
    words[5] = String(await relay(words[4]!, Number(words[5])));
    words[4] = '127.0.0.1';
    return lines.flatMap((line) => (line === first ? [words.join(' ')] : line.startsWith('a=candidate:') ? [] : [line])).join('\r\n');
  };

  const server = createServer((incoming, outgoing) => {
    if (cut) {
      incoming.socket.destroy();
      return;
    }
    const passedOn = httpRequest(new URL(incoming.url ?? '/', target), { method: incoming.method, headers: incoming.headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', async () => {
        const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers;
        const body = Buffer.concat(chunks);
        const isSdp = /sdp/.test(answer.headers['content-type'] ?? '');
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        outgoing.end(isSdp ? await relayed(body.toString()) : body);
      });
    });
    passedOn.on('error', () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setCut: (now) => {
      cut = now;
    },
    setLoss: (share) => {
      loss = share;
    },
    counters: {
      get passed() {
        return passed;
      },
      get lost() {
        return lost;
      },
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
