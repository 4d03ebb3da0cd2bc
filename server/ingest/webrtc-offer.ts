import { codecNames, findWebrtcCodec, type Towards, type WebrtcCodec } from './webrtc-codecs.ts';

/** What is taken from an offer. */
export type MediaOffer = {
  readonly codec: WebrtcCodec;
  readonly payloadType: number;
  /** Format parameters of the codec as offered. */
  readonly parameters: string | undefined;
  /** The offer without what the stack is not to answer: candidates, simulcast, feedback. */
  readonly sdp: string;
  readonly iceUfrag: string;
};

/** Why an offer is refused: an HTTP status and one line. */
export type OfferRefusal = { readonly status: 400 | 406 | 422; readonly message: string };

export const isRefusal = (offer: MediaOffer | OfferRefusal): offer is OfferRefusal => 'status' in offer;

const MOST_LINES = 2000;
const MOST_SECTIONS = 8;
const CANDIDATE_LINE = /^a=(candidate:|end-of-candidates|remote-candidates:)/;
/** Of several sizes of one picture the largest is enough: without these lines a browser sends one. */
const SIMULCAST_LINE = /^a=(simulcast:|rid:)/;
/** The stack would answer with the same feedback and give it in its own way; what is given is written into the answer later. */
const FEEDBACK_LINE = /^a=rtcp-fb:/;

const refuse = (status: OfferRefusal['status'], message: string): OfferRefusal => ({ status, message });
const malformed = (what: string): OfferRefusal => refuse(400, `the body is no SDP offer (${what}): send the offer as it was made`);

type Section = { readonly head: string; readonly lines: readonly string[] };

const sectionsOf = (lines: readonly string[]): Section[] => {
  const sections: { head: string; lines: string[] }[] = [{ head: 'session', lines: [] }];
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push({ head: line, lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections;
};

const attribute = (section: Section | undefined, name: string): string | undefined =>
  section?.lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);

/** The first codec that both know: in the order of a publisher's offer, and towards a player what is cheapest to encode. */
const firstKnownCodec = (video: Section, towards: Towards): Pick<MediaOffer, 'codec' | 'payloadType' | 'parameters'> | undefined => {
  const codecs = new Map<number, WebrtcCodec>();
  const parameters = new Map<number, string>();
  for (const line of video.lines) {
    const named = /^a=rtpmap:(\d{1,3}) ([\w-]{1,20})\/90000$/.exec(line);
    const codec = named === null ? undefined : findWebrtcCodec(`video/${named[2]}`);
    if (named !== null && codec !== undefined && codecNames[towards].includes(codec.name)) codecs.set(Number(named[1]), codec);
    const given = /^a=fmtp:(\d{1,3}) (.{1,300})$/.exec(line);
    if (given !== null) parameters.set(Number(given[1]), given[2]!);
  }
  const offered: Pick<MediaOffer, 'codec' | 'payloadType' | 'parameters'>[] = [];
  for (const format of video.head.split(' ').slice(3)) {
    const payloadType = Number(format);
    const codec = codecs.get(payloadType);
    // Single NAL mode splits pictures too coarsely for a network; whoever offers it offers the other as well.
    if (codec?.name === 'H264' && !/packetization-mode=1/.test(parameters.get(payloadType) ?? '')) continue;
    if (codec !== undefined) offered.push({ codec, payloadType, parameters: parameters.get(payloadType) });
  }
  return towards === 'service' ? offered[0] : (offered.find(({ codec }) => codec.name === codecNames.player[0]) ?? offered[0]);
};

/**
 * Looks an offer over before any of it reaches the WebRTC stack. `towards` says which way the video goes: from the publisher to the service,
 * or from the service to a player. An offer may have one video and one audio; the audio is accepted and thrown away.
 */
export const readOffer = (text: string, towards: Towards): MediaOffer | OfferRefusal => {
  const lines = text.split(/\r\n|\n/).filter((line) => line !== '');
  if (lines.length > MOST_LINES) return malformed(`more than ${MOST_LINES} lines`);
  if (lines[0] !== 'v=0') return malformed('it does not begin with v=0');
  if (!lines.every((line) => /^[a-z]=/.test(line))) return malformed('a line is not of the form x=…');
  const [session, ...media] = sectionsOf(lines);
  if (media.length === 0 || media.length > MOST_SECTIONS) return malformed('it has no media, or too much of it');
  const videos = media.filter(({ head }) => head.startsWith('m=video ') && !head.startsWith('m=video 0 '));
  if (videos.length === 0) return refuse(422, 'the offer has no video: add a video track before the offer is made');
  if (videos.length > 1) return refuse(422, 'the offer has several videos: offer one for each camera');
  if (media.some(({ head }) => !/^m=(video|audio) /.test(head)))
    return refuse(422, 'the offer has more than video and audio: leave the rest out');
  const video = videos[0]!;
  if (attribute(video, 'mid') === undefined) return malformed('its video has no a=mid');
  for (const name of ['ice-ufrag', 'ice-pwd', 'fingerprint', 'setup'])
    if ((attribute(video, name) ?? attribute(media[0], name) ?? attribute(session, name)) === undefined)
      return malformed(`a=${name} is missing`);
  const wrongWay = towards === 'service' ? /^a=(recvonly|inactive)$/ : /^a=(sendonly|inactive)$/;
  if (video.lines.some((line) => wrongWay.test(line)))
    return refuse(
      422,
      `the video of the offer does not ${towards === 'service' ? 'send' : 'receive'}: set the direction of its transceiver`,
    );
  const known = firstKnownCodec(video, towards);
  if (known === undefined) return refuse(406, `no codec of the offer is known here: offer one of ${codecNames[towards].join(', ')}`);
  const kept = lines.filter((line) => !CANDIDATE_LINE.test(line) && !SIMULCAST_LINE.test(line) && !FEEDBACK_LINE.test(line));
  const iceUfrag = (attribute(video, 'ice-ufrag') ?? attribute(media[0], 'ice-ufrag') ?? attribute(session, 'ice-ufrag'))!;
  return { ...known, sdp: `${kept.join('\r\n')}\r\n`, iceUfrag };
};
