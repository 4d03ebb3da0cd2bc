/** Video over RTP is clocked at 90 kHz (RFC 3551, section 6). */
const TICKS_A_MS = 90;
const WRAP = 2 ** 32;

/** The number nearest to `near` that is `value` modulo `wrap`. */
const unwrap = (value: number, near: number, wrap: number): number => value + wrap * Math.round((near - value) / wrap);

/** Sequence numbers of one stream as numbers that do not wrap, whatever order packets come in. */
export const createSequenceUnwrapper = (): ((sequenceNumber: number) => number) => {
  let latest: number | undefined;
  return (sequenceNumber) => {
    const at = latest === undefined ? sequenceNumber : unwrap(sequenceNumber, latest, 2 ** 16);
    latest = Math.max(latest ?? at, at);
    return at;
  };
};

/** RTP timestamps of one stream in ms from the first one, across their wrap every 13 hours. */
export const createTimestampUnwrapper = (): ((timestamp: number) => number) => {
  let first: number | undefined;
  let latest = 0;
  return (timestamp) => {
    first ??= timestamp;
    latest = unwrap((timestamp - first + WRAP) % WRAP, latest, WRAP);
    return latest / TICKS_A_MS;
  };
};
