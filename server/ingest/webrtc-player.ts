import { H264Packetizer, MediaStreamTrack, Vp8Packetizer } from 'werift';
import { openConnection, type WebrtcConnection, type WebrtcSettings } from './webrtc-connection.ts';
import type { PlayerCodec } from './webrtc-encoder.ts';
import type { MediaOffer } from './webrtc-offer.ts';

/** A peer that looks on. */
export type WebrtcPlayer = {
  readonly connection: WebrtcConnection;
  readonly codec: PlayerCodec;
  /** On the clock of `performance.now()`: when it last said how much arrived, the opening before that. */
  readonly heardAt: number;
  /** It needs a picture that stands by itself before it can show any; taken back by reading. */
  takeWish(): boolean;
  send(picture: Buffer, capturedAtMs: number): void;
  close(): Promise<void>;
};

/** Leaves room for the headers of IP, UDP and SRTP on every usual network. */
const MOST_PAYLOAD_BYTES = 1150;
const TICKS_A_MS = 90;

/** Answers the offer of a player. Throws where the stack cannot make anything of it. */
export const openPlayer = async (offer: MediaOffer, settings: WebrtcSettings): Promise<WebrtcPlayer> => {
  const track = new MediaStreamTrack({ kind: 'video' });
  const connection = await openConnection(offer, settings, track);
  const codec: PlayerCodec = offer.codec.name === 'VP8' ? 'VP8' : 'H264';
  const options = { maxPayloadSize: MOST_PAYLOAD_BYTES, payloadType: offer.payloadType };
  const packetizer = codec === 'VP8' ? new Vp8Packetizer(options) : new H264Packetizer({ ...options, inputFormat: 'annexb' });
  const { sender } = connection.video;
  let heardAt = performance.now();
  let wishes = true;
  sender.onPictureLossIndication.subscribe(() => {
    wishes = true;
  });
  sender.onRtcp.subscribe(() => {
    heardAt = performance.now();
  });
  let connected = false;
  return {
    connection,
    codec,
    get heardAt() {
      return heardAt;
    },
    takeWish: () => {
      // What was sent before the way was open is lost.
      const now = connection.state === 'connected';
      const wished = wishes || (now && !connected);
      connected = now;
      wishes = false;
      return wished && now;
    },
    send: (picture, capturedAtMs) => {
      if (connection.state !== 'connected') return;
      for (const packet of packetizer.packetize(picture, Math.round(capturedAtMs * TICKS_A_MS) % 2 ** 32)) track.writeRtp(packet);
    },
    close: () => connection.close(),
  };
};
