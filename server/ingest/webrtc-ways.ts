import type { Socket } from 'node:dgram';
import type { IceConnection } from 'werift';

/** A key picture comes as a hundred packets at once, and this process may be busy: the system's usual 208 KB would overflow. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

type Heard = { readonly attributesKeys: readonly string[] };
/** What of the stack's transports is used here; it has no public way to them. */
type Protocol = {
  readonly transport?: { readonly socket?: Socket };
  readonly onRequestReceived: { subscribe(heed: (message: Heard, from: readonly [string, number]) => void): void };
};

const tended = new WeakSet<Protocol>();

/**
 * Makes good what the stack lacks on the ways between two peers: wide receive buffers; and that the way which the peer uses now is used for the answers
 * as well. A browser names one way after the other as it finds better ones (RFC 8445, section 8.1.1), and closes those before; the stack stays with the first.
 */
export const tendWays = (connection: IceConnection): void => {
  for (const protocol of (connection as unknown as { protocols?: readonly Protocol[] }).protocols ?? []) {
    if (tended.has(protocol)) continue;
    tended.add(protocol);
    try {
      protocol.transport?.socket?.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch {
      // Refused by the system: the usual has to do.
    }
    protocol.onRequestReceived.subscribe(({ attributesKeys }, [host, port]) => {
      if (!attributesKeys.includes('USE-CANDIDATE')) return;
      const way = connection.checkList.find(
        (pair) =>
          (pair.protocol as unknown) === protocol &&
          pair.nominated &&
          pair.remoteCandidate.host === host &&
          pair.remoteCandidate.port === port,
      );
      if (way !== undefined) connection.nominated = way;
    });
  }
};
