import { refusalLine } from '../live/access.ts';
import { iceFragment, withIce } from './whip-restart.ts';

/** Why sending could not begin. `final`: trying again would not help before somebody does something. */
export class WhipRefusal extends Error {
  override readonly name = 'WhipRefusal';
  readonly final: boolean;

  constructor(message: string, final: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.final = final;
  }
}

/** A camera on its way to the service. */
export type WhipSession = {
  readonly connection: RTCPeerConnection;
  /**
   * Looks for another way to the service without beginning anew (ICE restart, RFC 9725 section 4.3); settles when the service has agreed. Throws
   * `WhipRefusal`, `final` where the service knows the session no more.
   */
  restart(): Promise<void>;
  /** Ends the session on both sides; with `leaving` it outlives the page. */
  close(leaving?: boolean): void;
};

export type WhipOptions = {
  readonly track: MediaStreamTrack;
  readonly stream: MediaStream;
  readonly endpoint: string;
  readonly headers: Record<string, string>;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  readonly signal: AbortSignal;
};

/** On one machine and in one network all addresses are known at once; an unreachable resolver must not hold the offer back. */
const GATHERING_MS = 1000;
/** Asking again does not make these better: a token that is wrong, an offer that is not understood. */
const FINAL = new Set([400, 401, 403, 404, 405, 406, 413, 415, 422]);

/** The offer is the browser's own work: what somebody at the page can do where it is not taken. */
const CHANGED = 'Something between this page and the service may change what is sent: reload the page and start again';
const OFFER_REMEDY: Readonly<Record<number, string>> = {
  400: CHANGED,
  406: 'This browser offers nothing else: try another browser',
  413: CHANGED,
  422: CHANGED,
};

/** A service that does not answer a restart in time is not there. */
const RESTART_WITHIN_MS = 4000;

const gathered = (connection: RTCPeerConnection, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => resolve();
    setTimeout(done, GATHERING_MS);
    signal.addEventListener('abort', done, { once: true });
    connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && done());
  });

/** What is sent stays sharp: cells are told apart by detail, and a late frame is better than a soft one. */
const keepDetail = async (sender: RTCRtpSender): Promise<void> => {
  const parameters = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  // Not every browser lets it be set; the bit rate alone then keeps the detail.
  await sender.setParameters(parameters).catch(() => {});
};

const post = async (sdp: string, { endpoint, headers, signal }: WhipOptions): Promise<{ answer: string; resource: string }> => {
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/sdp' },
    body: sdp,
    signal,
  }).catch((cause: unknown) => {
    throw new WhipRefusal('The service cannot be reached; is it still running?', false, { cause });
  });
  if (!reply.ok) {
    const body: unknown = await reply.json().catch(() => undefined);
    const line = refusalLine(reply.status, body);
    const remedy = OFFER_REMEDY[reply.status];
    throw new WhipRefusal(remedy === undefined ? line : `${line}. ${remedy}`, FINAL.has(reply.status));
  }
  const location = reply.headers.get('location');
  if (location === null) throw new WhipRefusal('The service gave no address for the session: reload the page', true);
  return { answer: await reply.text(), resource: new URL(location, reply.url || endpoint).href };
};

/** Sends the offer of a restart, and gives the answer as it now is. */
const patchIce = async (resource: string, answer: string, offer: string, headers: Record<string, string>): Promise<string> => {
  const reply = await fetch(resource, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
    body: iceFragment(offer),
    signal: AbortSignal.timeout(RESTART_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw new WhipRefusal('The service cannot be reached; is it still running?', false, { cause });
  });
  if (!reply.ok) throw new WhipRefusal(refusalLine(reply.status, await reply.json().catch(() => undefined)), true);
  return withIce(answer, await reply.text());
};

/** Offers a camera to the service and begins to send it (WHIP, RFC 9725). The track stays the caller's. Throws `WhipRefusal`. */
export const openWhip = async (options: WhipOptions): Promise<WhipSession> => {
  const { track, stream, headers, maxBitrate, maxFramerate, signal } = options;
  const connection = new RTCPeerConnection();
  try {
    const { sender } = connection.addTransceiver(track, {
      direction: 'sendonly',
      streams: [stream],
      sendEncodings: [{ maxBitrate, maxFramerate }],
    });
    await keepDetail(sender);
    await connection.setLocalDescription(await connection.createOffer());
    await gathered(connection, signal);
    const { answer: first, resource } = await post(connection.localDescription?.sdp ?? '', options);
    const close = (leaving = false) => {
      connection.close();
      void fetch(resource, { method: 'DELETE', headers, keepalive: leaving }).catch(() => {});
    };
    if (signal.aborted) {
      close();
      throw new WhipRefusal('Sending was stopped', true);
    }
    await connection.setRemoteDescription({ type: 'answer', sdp: first }).catch((cause: unknown) => {
      close();
      throw new WhipRefusal('The browser and the service have no way to send video in common: try another browser', true, { cause });
    });
    let answer = first;
    const restart = async (): Promise<void> => {
      await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
      try {
        await gathered(connection, signal);
        answer = await patchIce(resource, answer, connection.localDescription?.sdp ?? '', headers);
        await connection.setRemoteDescription({ type: 'answer', sdp: answer });
      } catch (error) {
        // Offered again, it has to be as if it had not been.
        if (connection.signalingState === 'have-local-offer') await connection.setLocalDescription({ type: 'rollback' });
        throw error;
      }
    };
    return { connection, restart, close };
  } catch (error) {
    connection.close();
    throw error;
  }
};
