/** A video codec that a publisher may send. */
export type WebrtcCodec = {
  /** As it stands in an SDP. */
  readonly name: 'VP8' | 'VP9' | 'AV1' | 'H264';
  /** What werift calls its payload format. */
  readonly payloadFormat: 'VP8' | 'VP9' | 'AV1' | 'MPEG4/ISO/AVC';
};

/** The codecs that are taken, the cheapest to send well first: a browser sends the first that both know. */
export const webrtcCodecs: readonly WebrtcCodec[] = [
  { name: 'VP8', payloadFormat: 'VP8' },
  { name: 'H264', payloadFormat: 'MPEG4/ISO/AVC' },
  { name: 'VP9', payloadFormat: 'VP9' },
  { name: 'AV1', payloadFormat: 'AV1' },
];

/** Which way video goes: from a publisher to the service, or from the service to a player. */
export type Towards = 'service' | 'player';

/** The names of the codecs that are taken, or that players are sent: what every player knows. */
export const codecNames: Readonly<Record<Towards, readonly string[]>> = {
  service: webrtcCodecs.map(({ name }) => name),
  player: ['H264', 'VP8'],
};

export const findWebrtcCodec = (mimeType: string): WebrtcCodec | undefined =>
  webrtcCodecs.find(({ name }) => mimeType.toUpperCase() === `VIDEO/${name}`);
