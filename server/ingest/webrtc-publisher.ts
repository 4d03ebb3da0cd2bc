import {
  GenericNack,
  PictureLossIndication,
  ReceiverEstimatedMaxBitrate,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
  type RtpPacket,
} from 'werift';
import { createTimestampUnwrapper } from './rtp-time.ts';
import { createAssembler, type PacketRun } from './webrtc-assembler.ts';
import { openConnection, type WebrtcConnection, type WebrtcSettings } from './webrtc-connection.ts';
import type { CodedPicture } from './webrtc-decoder.ts';
import { type CodedBytes, depacketize } from './webrtc-depacketize.ts';
import type { MediaOffer } from './webrtc-offer.ts';

/** A peer that sends its camera here. */
export type WebrtcPublisher = {
  readonly connection: WebrtcConnection;
  readonly codec: string;
  /** On the clock of `performance.now()`: when the last packet came, the opening before that. */
  readonly heardAt: number;
  /** Asks for a picture that stands by itself; seldom enough that a slow line is not filled by them. */
  askForKeyframe(): void;
  readonly counters: PublisherCounters;
  close(): Promise<void>;
};

export type PublisherCounters = {
  readonly packets: number;
  readonly bytes: number;
  readonly pictures: number;
  /** Packets asked for again, and packets that never came. */
  readonly asked: number;
  readonly givenUp: number;
  readonly keyframesAsked: number;
};

const TICK_MS = 10;
const KEYFRAME_EVERY_MS = 500;
/** Well within the two seconds in which a browser takes up a new bit rate at once (libwebrtc's start phase). */
const ALLOW_EVERY_MS = 400;

/** REMB writes a bit rate as 18 bits times a power of two (draft-alvestrand-rmcat-remb, section 2.2). */
const rembOf = (bitrate: number): { brExp: number; brMantissa: number } => {
  const brExp = Math.max(0, Math.ceil(Math.log2(bitrate / 2 ** 18)));
  return { brExp, brMantissa: Math.floor(bitrate / 2 ** brExp) };
};

/**
 * Answers a publisher's offer and hands its pictures over, in order and whole. After a loss that could not be made good nothing is handed over until
 * a key picture comes, which is asked for: a picture built on a lost one shows what was never there.
 */
export const openPublisher = async (
  offer: MediaOffer,
  settings: WebrtcSettings,
  onPicture: (picture: CodedPicture) => void,
): Promise<WebrtcPublisher> => {
  const connection = await openConnection(offer, settings);
  const { receiver } = connection.video;
  const assembler = createAssembler();
  const unwrap = createTimestampUnwrapper();
  const now = (): number => performance.now();
  let heardAt = now();
  let ssrc: number | undefined;
  let bytes = 0;
  let pictures = 0;
  let keyframesAsked = 0;
  let keyframeAskedAt = Number.NEGATIVE_INFINITY;
  let allowedAt = Number.NEGATIVE_INFINITY;
  let wantsKeyframe = true;

  const send = (feedback: RtcpTransportLayerFeedback | RtcpPayloadSpecificFeedback): void => {
    // What does not get through is said again at the next tick.
    receiver.dtlsTransport.sendRtcp([feedback]).catch(() => {});
  };
  const askForKeyframe = (): void => {
    wantsKeyframe = true;
    if (ssrc === undefined || now() - keyframeAskedAt < KEYFRAME_EVERY_MS) return;
    keyframeAskedAt = now();
    keyframesAsked++;
    send(new RtcpPayloadSpecificFeedback({ feedback: new PictureLossIndication({ senderSsrc: receiver.rtcpSsrc, mediaSsrc: ssrc }) }));
  };
  const askAgain = (lost: number[]): void => {
    if (lost.length === 0 || ssrc === undefined) return;
    send(new RtcpTransportLayerFeedback({ feedback: new GenericNack({ senderSsrc: receiver.rtcpSsrc, mediaSourceSsrc: ssrc, lost }) }));
  };
  const allow = (): void => {
    if (ssrc === undefined || now() - allowedAt < ALLOW_EVERY_MS) return;
    allowedAt = now();
    const feedback = new ReceiverEstimatedMaxBitrate({
      senderSsrc: receiver.rtcpSsrc,
      mediaSsrc: 0,
      ssrcNum: 1,
      ssrcFeedbacks: [ssrc],
      ...rembOf(settings.bitrate),
    });
    send(new RtcpPayloadSpecificFeedback({ feedback }));
  };

  const take = ({ timestamp, payloads, broken }: PacketRun): void => {
    if (broken) wantsKeyframe = true;
    const ptsMs = unwrap(timestamp);
    let coded: CodedBytes;
    try {
      coded = depacketize(offer.codec, payloads);
    } catch {
      // Bytes that are no such payload: as good as lost.
      askForKeyframe();
      return;
    }
    if (coded.bytes.length === 0) return;
    if (wantsKeyframe && !coded.isKeyframe) {
      askForKeyframe();
      return;
    }
    wantsKeyframe = false;
    pictures++;
    onPicture({ ...coded, ptsMs });
  };

  const heed = ({ header, payload }: RtpPacket): void => {
    if (header.payloadType !== offer.payloadType || (ssrc !== undefined && header.ssrc !== ssrc)) return;
    ssrc = header.ssrc;
    heardAt = now();
    bytes += payload.length;
    allow();
    const { sequenceNumber, timestamp, marker } = header;
    for (const run of assembler.push({ sequenceNumber, timestamp, marker, payload }, heardAt)) take(run);
  };
  // From the transport itself: the stack's own way to a track needs the SSRC in the offer, where it need not be.
  receiver.dtlsTransport.onRtp.subscribe(heed);
  const timer = setInterval(() => {
    const { runs, lost } = assembler.tick(now());
    for (const run of runs) take(run);
    askAgain(lost);
    if (wantsKeyframe) askForKeyframe();
    allow();
  }, TICK_MS);

  return {
    connection,
    codec: offer.codec.name,
    get heardAt() {
      return heardAt;
    },
    askForKeyframe,
    get counters() {
      const { received: packets, asked, givenUp } = assembler.counters;
      return { packets, bytes, pictures, asked, givenUp, keyframesAsked };
    },
    close: async () => {
      clearInterval(timer);
      await connection.close();
    },
  };
};
