/** What an SDP fragment (RFC 8840, `application/trickle-ice-sdpfrag`) says: credentials, and whether they come with candidates. */
export type IceFragment = { readonly ufrag: string | undefined; readonly password: string | undefined; readonly candidates: number };

const MOST_LINES = 500;

/** Reads a fragment; `undefined` for what is none. */
export const readFragment = (text: string): IceFragment | undefined => {
  const lines = text.split(/\r\n|\n/).filter((line) => line !== '');
  if (lines.length === 0 || lines.length > MOST_LINES || !lines.every((line) => /^[a-z]=/.test(line))) return undefined;
  const ufrag = lines.find((line) => line.startsWith('a=ice-ufrag:'))?.slice(12);
  const password = lines.find((line) => line.startsWith('a=ice-pwd:'))?.slice(10);
  const candidates = lines.filter((line) => line.startsWith('a=candidate:')).length;
  const ends = lines.includes('a=end-of-candidates');
  if (ufrag === undefined && candidates === 0 && !ends) return undefined;
  if ([ufrag, password].some((word) => word !== undefined && !/^[A-Za-z0-9+/]{4,256}$/.test(word))) return undefined;
  return { ufrag, password, candidates };
};

/** The offer with other credentials, for an ICE restart. */
export const withCredentials = (offer: string, ufrag: string, password: string): string =>
  offer.replaceAll(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${ufrag}`).replaceAll(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${password}`);

const KEPT = /^a=(ice-lite|ice-options:|ice-ufrag:|ice-pwd:|candidate:|end-of-candidates|mid:)/;

/** The ICE part of an answer as a fragment: of its first medium, which all others share. */
export const fragmentOf = (answer: string): string => {
  const lines: string[] = [];
  let media = 0;
  for (const line of answer.split('\r\n')) {
    if (line.startsWith('m=') && ++media > 1) break;
    if (line.startsWith('m=') || KEPT.test(line)) lines.push(line);
  }
  return `${lines.join('\r\n')}\r\n`;
};
