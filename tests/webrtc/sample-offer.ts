/** An offer as a browser makes it, as short as it can be; `lines` come after the video's own. */
export const sampleOffer = ({
  codec = 'VP8',
  direction = 'sendonly',
  media = 'video',
}: {
  readonly codec?: string;
  readonly direction?: string;
  readonly media?: string;
} = {}): string =>
  [
    'v=0',
    'o=- 4287619463198414614 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    `m=${media} 9 UDP/TLS/RTP/SAVPF 96`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=ice-ufrag:vXUE',
    'a=ice-pwd:712iGOIdjGYhVJBRdSvViv6l',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, at) => (at + 16).toString(16).toUpperCase()).join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    `a=${direction}`,
    'a=rtcp-mux',
    `a=rtpmap:96 ${codec}/90000`,
    'a=rtcp-fb:96 transport-cc',
    'a=ssrc:271503754 cname:v0JsHhnMwHeT',
    '',
  ].join('\r\n');
