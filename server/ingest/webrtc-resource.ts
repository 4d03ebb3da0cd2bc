import type { WebrtcConnection } from './webrtc-connection.ts';
import { readFragment } from './webrtc-fragment.ts';
import { refuseSignal, type SignalReply } from './webrtc-signal.ts';

/**
 * Answers a PATCH on a connection (RFC 9725, section 4.3): candidates need no answer, since the peer checks the ways by itself; other credentials
 * are an ICE restart.
 */
export const patchConnection = async (connection: WebrtcConnection, text: string, ifMatch: string | undefined): Promise<SignalReply> => {
  const fragment = readFragment(text);
  if (fragment === undefined) return refuseSignal(400, 'the body is no SDP fragment: send a=ice-ufrag, a=ice-pwd and a=candidate lines');
  if (ifMatch === undefined)
    return refuseSignal(428, 'the request names no ICE session: send If-Match with the ETag of the answer, or * for a restart');
  if (ifMatch !== '*' && ifMatch !== connection.etag)
    return refuseSignal(412, 'the ICE session has changed: send If-Match with the latest ETag');
  const { ufrag, password } = fragment;
  if (ufrag === undefined || ufrag === connection.iceUfrag) return { status: 204, etag: connection.etag };
  if (password === undefined) return refuseSignal(400, 'an ICE restart needs a=ice-pwd beside a=ice-ufrag: send both');
  try {
    const answer = await connection.restart(ufrag, password);
    return { status: 200, sdp: answer, etag: connection.etag };
  } catch (error) {
    return refuseSignal(422, `ICE could not be restarted (${String(error).slice(0, 120)}): publish anew`);
  }
};
