const ICE_LINE = /^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates|ice-options|ice-lite|mid)(:|$)/;
const REPLACED = /^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates|remote-candidates)(:|$)/;

const linesOf = (sdp: string): string[] => sdp.split(/\r\n|\n/).filter((line) => line !== '');
const joined = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

/** The ICE part of an offer as a fragment (RFC 8840): of its first medium, which all others share. */
export const iceFragment = (offer: string): string => {
  const lines: string[] = [];
  let media = 0;
  for (const line of linesOf(offer)) {
    if (line.startsWith('m=') && ++media > 1) break;
    if (line.startsWith('m=') || ICE_LINE.test(line)) lines.push(line);
  }
  return joined(lines);
};

/** An answer with the ICE credentials and candidates of a fragment in the place of its own (RFC 9725, section 4.3.3). */
export const withIce = (answer: string, fragment: string): string => {
  const ice = linesOf(fragment).filter((line) => REPLACED.test(line));
  const lines: string[] = [];
  for (const line of linesOf(answer)) {
    if (REPLACED.test(line)) continue;
    lines.push(line);
    if (line.startsWith('a=mid:')) lines.push(...ice);
  }
  return joined(lines);
};
