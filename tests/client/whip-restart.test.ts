import { expect, test } from 'vitest';
import { iceFragment, withIce } from '../../client/src/publish/whip-restart.ts';

const sdp = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const OFFER = sdp([
  'v=0',
  'a=group:BUNDLE 0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:0',
  'a=ice-ufrag:new1',
  'a=ice-pwd:new1password',
  'a=rtpmap:96 VP8/90000',
  'a=candidate:1 1 udp 1 192.0.2.1 9 typ host',
  'm=audio 9 UDP/TLS/RTP/SAVPF 97',
  'a=ice-ufrag:other',
]);

test('a fragment is the ICE part of the first medium', () => {
  expect(iceFragment(OFFER)).toBe(
    sdp([
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=mid:0',
      'a=ice-ufrag:new1',
      'a=ice-pwd:new1password',
      'a=candidate:1 1 udp 1 192.0.2.1 9 typ host',
    ]),
  );
});

test('an answer takes up the credentials and candidates of a fragment in each medium, and keeps the rest', () => {
  const media = (mid: string, ice: readonly string[]): string[] => [
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    `a=mid:${mid}`,
    ...ice,
    'a=setup:passive',
  ];
  const old = ['a=ice-ufrag:old1', 'a=ice-pwd:oldpassword', 'a=candidate:1 1 udp 1 192.0.2.7 5000 typ host', 'a=end-of-candidates'];
  const fresh = ['a=ice-ufrag:srv2', 'a=ice-pwd:srv2password', 'a=candidate:1 1 udp 1 192.0.2.7 6000 typ host'];
  const answer = withIce(sdp(['v=0', 'a=ice-lite', ...media('0', old), ...media('1', old)]), sdp(['a=mid:0', ...fresh]));
  expect(answer).toBe(sdp(['v=0', 'a=ice-lite', ...media('0', fresh), ...media('1', fresh)]));
});
