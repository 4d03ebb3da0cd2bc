import { AV1Obu, AV1RtpPayload, dePacketizeRtpPackets, RtpHeader, RtpPacket } from 'werift';
import type { WebrtcCodec } from './webrtc-codecs.ts';

/** The coded bytes of one picture. */
export type CodedBytes = { readonly bytes: Buffer; readonly isKeyframe: boolean };

/**
 * AV1 for FFmpeg: every OBU with its length, which RTP leaves out (RFC 9628, section 4; AV1 specification, section 5.2). Fragments are joined first;
 * temporal delimiters, which RTP has none of, are not needed.
 */
const readAv1 = (payloads: readonly Buffer[]): CodedBytes => {
  const elements: Buffer[] = [];
  let pending: Buffer[] = [];
  let isKeyframe = false;
  for (const payload of payloads) {
    const packet = AV1RtpPayload.deSerialize(payload);
    isKeyframe ||= packet.isKeyframe;
    for (const { data, isContinuation, continues } of packet.obu_or_fragment) {
      if (!isContinuation) pending = [];
      pending.push(data);
      if (continues) continue;
      elements.push(Buffer.concat(pending));
      pending = [];
    }
  }
  const units = elements
    .filter((element) => element.length > 0)
    .map((element) => {
      const unit = AV1Obu.deSerialize(element);
      unit.obu_has_size_field = 1;
      return unit.serialize();
    });
  return { bytes: Buffer.concat(units), isKeyframe };
};

/** Joins the RTP payloads of one picture, all there and in order. Throws on bytes that are no such payloads. */
export const depacketize = ({ name, payloadFormat }: WebrtcCodec, payloads: readonly Buffer[]): CodedBytes => {
  if (name === 'AV1') return readAv1(payloads);
  const packets = payloads.map((payload) => new RtpPacket(new RtpHeader(), payload));
  const { data, isKeyframe } = dePacketizeRtpPackets(payloadFormat, packets);
  return { bytes: data, isKeyframe };
};
