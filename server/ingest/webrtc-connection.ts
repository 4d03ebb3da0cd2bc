import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RTCRtpTransceiver, useOPUS } from 'werift';
import { finishAnswer } from './webrtc-answer.ts';
import { fragmentOf, withCredentials } from './webrtc-fragment.ts';
import type { MediaOffer } from './webrtc-offer.ts';
import { tendWays } from './webrtc-ways.ts';

/** What is set for all connections. */
export type WebrtcSettings = {
  /** First and last UDP port; any free one where absent. */
  readonly ports: readonly [number, number] | undefined;
  /** A further address that peers reach this machine by. */
  readonly address: string | undefined;
  /** Bits a second that a publisher may send. */
  readonly bitrate: number;
};

/** A connection that answers an offer. It is ICE-lite (RFC 8445, section 2.5): the peer checks the ways, this end answers on all its addresses. */
export type WebrtcConnection = {
  readonly answer: string;
  /** Names the present ICE session; changes with each restart. */
  readonly etag: string;
  readonly iceUfrag: string;
  readonly video: RTCRtpTransceiver;
  /** `closed` and `failed` are final. */
  readonly state: 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';
  /** Takes up new credentials of the peer; the media goes on. Returns the own ones as a fragment. */
  restart(ufrag: string, password: string): Promise<string>;
  onState(heed: () => void): void;
  close(): Promise<void>;
};

/** A machine without any network can film itself all the same; with one, the loopback would only be another way to confuse. */
const loopbackIfAlone = (): string[] => {
  const outward = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.filter(({ internal }) => !internal) ?? []);
  return outward.length === 0 ? ['127.0.0.1'] : [];
};

const createPeer = ({ codec, payloadType, parameters }: MediaOffer, settings: WebrtcSettings): RTCPeerConnection =>
  new RTCPeerConnection({
    iceLite: true,
    // Without an entry of its own the stack would ask a public server for its address.
    iceServers: [],
    iceUseTcp: false,
    iceAdditionalHostAddresses: loopbackIfAlone(),
    ...(settings.ports === undefined ? {} : { icePortRange: [...settings.ports] }),
    bundlePolicy: 'max-bundle',
    codecs: {
      video: [
        new RTCRtpCodecParameters({
          mimeType: `video/${codec.name}`,
          clockRate: 90_000,
          payloadType,
          // Feedback is given here and not by the stack: see `finishAnswer`.
          rtcpFeedback: [],
          ...(parameters === undefined ? {} : { parameters }),
        }),
      ],
      audio: [useOPUS()],
    },
    headerExtensions: { video: [], audio: [] },
  });

/** Answers an offer. Throws where the stack cannot make anything of it. */
export const openConnection = async (
  offer: MediaOffer,
  settings: WebrtcSettings,
  outgoing?: MediaStreamTrack,
): Promise<WebrtcConnection> => {
  const peer = createPeer(offer, settings);
  const negotiate = async (sdp: string): Promise<string> => {
    await peer.setRemoteDescription({ type: 'offer', sdp });
    await peer.setLocalDescription(await peer.createAnswer());
    for (const { connection: ice } of peer.iceTransports) tendWays(ice);
    return finishAnswer(peer.localDescription!.sdp, {
      payloadType: offer.payloadType,
      bitrate: outgoing === undefined ? settings.bitrate : undefined,
      address: settings.address !== undefined && isIPv4(settings.address) ? settings.address : undefined,
    });
  };
  const newTag = (): string => `"${randomBytes(9).toString('base64url')}"`;
  try {
    if (outgoing !== undefined) peer.addTransceiver(outgoing, { direction: 'sendonly' });
    let answer = await negotiate(offer.sdp);
    let etag = newTag();
    let iceUfrag = offer.iceUfrag;
    const video = peer.getTransceivers().find(({ kind }) => kind === 'video');
    if (video === undefined) throw new Error('the answer has no video');
    return {
      get answer() {
        return answer;
      },
      get etag() {
        return etag;
      },
      get iceUfrag() {
        return iceUfrag;
      },
      get state() {
        return peer.connectionState;
      },
      video,
      restart: async (ufrag, password) => {
        answer = await negotiate(withCredentials(offer.sdp, ufrag, password));
        etag = newTag();
        iceUfrag = ufrag;
        // The stack leaves a transport alone whose DTLS stands; its ICE has to begin anew all the same.
        for (const transport of peer.iceTransports) transport.start().catch(() => {});
        return fragmentOf(answer);
      },
      onState: (heed) => {
        peer.connectionStateChange.subscribe(heed);
      },
      close: () => peer.close(),
    };
  } catch (error) {
    await peer.close();
    throw error;
  }
};
