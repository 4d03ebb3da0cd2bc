/** What the service asks of a publisher beyond the bare answer. */
export type AnswerOptions = {
  readonly payloadType: number;
  /** Bits a second that a publisher may send; absent towards a player. */
  readonly bitrate?: number | undefined;
  /** A further address of this machine, to which the same ports are forwarded. */
  readonly address?: string | undefined;
};

/** Feedback that the service gives by itself: packets to be sent again, a new key picture, and the bit rate it takes. */
const FEEDBACK = ['nack', 'nack pli', 'ccm fir'];
const FROM_PUBLISHERS = [...FEEDBACK, 'goog-remb'];

/** Share of the allowed bit rate that a browser begins with, in place of its 300 kbit/s, at which it would send small pictures for seconds. */
const START_SHARE = 0.5;

const withBitrate = (line: string | undefined, { payloadType, bitrate }: AnswerOptions): string[] => {
  if (bitrate === undefined) return line === undefined ? [] : [line];
  const kbps = Math.round(bitrate / 1000);
  const hints = `x-google-start-bitrate=${Math.round(kbps * START_SHARE)};x-google-max-bitrate=${kbps}`;
  return [line === undefined ? `a=fmtp:${payloadType} ${hints}` : `${line};${hints}`];
};

/** The same host candidate at another address. */
const atAddress = (line: string, address: string): string | undefined => {
  const words = line.split(' ');
  if (!line.startsWith('a=candidate:') || (words[2] !== '1' && words[1] !== '1')) return undefined;
  words[4] = address;
  return words.join(' ');
};

/**
 * The answer of the WebRTC stack with the feedback that the service gives itself, hints for the bit rate (which libwebrtc reads from the
 * format parameters), and the further address.
 */
export const finishAnswer = (sdp: string, options: AnswerOptions): string => {
  const { payloadType, address } = options;
  const lines = sdp.split('\r\n').filter((line) => line !== '');
  const fmtp = `a=fmtp:${payloadType} `;
  const given = lines.find((line) => line.startsWith(fmtp));
  const finished: string[] = [];
  let named = address === undefined;
  for (const line of lines) {
    if (line.startsWith(fmtp)) continue;
    finished.push(line);
    if (line.startsWith(`a=rtpmap:${payloadType} `)) {
      for (const feedback of options.bitrate === undefined ? FEEDBACK : FROM_PUBLISHERS)
        finished.push(`a=rtcp-fb:${payloadType} ${feedback}`);
      finished.push(...withBitrate(given, options));
    }
    if (!named) {
      const further = atAddress(line, address!);
      if (further !== undefined) finished.push(further);
      named = further !== undefined;
    }
  }
  return `${finished.join('\r\n')}\r\n`;
};
