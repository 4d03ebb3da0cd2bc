import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finishAnswer } from '../../server/ingest/webrtc-answer.ts';
import { fragmentOf, readFragment, withCredentials } from '../../server/ingest/webrtc-fragment.ts';
import { isRefusal, readOffer } from '../../server/ingest/webrtc-offer.ts';
import { iceServerLinks } from '../../server/webrtc/ice-server-links.ts';
import { sampleOffer } from '../webrtc/sample-offer.ts';

describe('an offer', () => {
  test('gives its first known codec, and goes on without candidates, feedback and further sizes', () => {
    const text = sampleOffer()
      .replace('SAVPF 96', 'SAVPF 35 96')
      .concat('a=rtpmap:35 H266/90000\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=simulcast:send a;b\r\n');
    const offer = readOffer(text, 'service');
    expect(offer).toMatchObject({ codec: { name: 'VP8' }, payloadType: 96, iceUfrag: 'vXUE' });
    expect((offer as { sdp: string }).sdp).not.toMatch(/candidate|simulcast|rtcp-fb/);
  });

  test.each([
    ['not a word', 400, 'v=0'],
    ['', 400, 'v=0'],
    ['v=0\r\nnonsense', 400, 'form'],
    ['v=0\r\ns=-\r\n', 400, 'no media'],
    [sampleOffer().replace(/a=fingerprint.*\r\n/, ''), 400, 'fingerprint'],
    [sampleOffer().replace(/a=mid.*\r\n/, ''), 400, 'a=mid'],
    [`v=0\r\n${'a=x\r\n'.repeat(3000)}`, 400, 'lines'],
    [sampleOffer({ media: 'audio' }), 422, 'no video'],
    [`${sampleOffer()}m=video 9 UDP/TLS/RTP/SAVPF 97\r\n`, 422, 'several'],
    [`${sampleOffer()}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, 422, 'more than'],
    [sampleOffer({ direction: 'recvonly' }), 422, 'does not send'],
    [sampleOffer({ codec: 'H265' }), 406, 'VP8'],
    [sampleOffer({ codec: 'H264' }), 406, 'VP8'],
  ])('that cannot be used is refused in one line (%#)', (text, status, word) => {
    const refusal = readOffer(text, 'service');
    expect(refusal).toMatchObject({ status, message: expect.stringContaining(word) });
    expect((refusal as { message: string }).message).not.toMatch(/\n/);
  });

  test('of any bytes is read or refused, never thrown at', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(...sampleOffer().split('\r\n'), 'm=video', 'a=rtpmap:', 'a=fmtp:96 '))),
        (lines) => {
          const offer = readOffer(lines.join('\r\n'), 'service');
          expect(isRefusal(offer) || offer.codec.name === 'VP8').toBe(true);
        },
      ),
    ));
});

test('the answer says what feedback is given, how much may be sent, and the further address', () => {
  const answer =
    'v=0\r\nm=video 9 x 96\r\na=candidate:1 1 udp 5 192.0.2.2 4000 typ host\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\n';
  const finished = finishAnswer(answer, { payloadType: 96, bitrate: 8e6, address: '203.0.113.7' });
  expect(finished.split('\r\n')).toEqual([
    'v=0',
    'm=video 9 x 96',
    'a=candidate:1 1 udp 5 192.0.2.2 4000 typ host',
    'a=candidate:1 1 udp 5 203.0.113.7 4000 typ host',
    'a=rtpmap:96 H264/90000',
    'a=rtcp-fb:96 nack',
    'a=rtcp-fb:96 nack pli',
    'a=rtcp-fb:96 ccm fir',
    'a=rtcp-fb:96 goog-remb',
    'a=fmtp:96 packetization-mode=1;x-google-start-bitrate=4000;x-google-max-bitrate=8000',
    '',
  ]);
});

describe('an ICE fragment', () => {
  test('gives its credentials', () => {
    expect(readFragment('a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 x 0\r\na=mid:0\r\n')).toEqual({
      ufrag: 'abcd',
      password: '0123456789012345678901',
      candidates: 0,
    });
    expect(readFragment('a=mid:0\r\na=candidate:1 1 udp 1 x.local 9 typ host')).toMatchObject({ ufrag: undefined, candidates: 1 });
  });
  test.each(['', 'what', 'a=mid:0', 'a=ice-ufrag:a\r\na=ice-pwd:b', 'a=ice-ufrag:ab cd'])('is not %j', (text) => {
    expect(readFragment(text)).toBeUndefined();
  });
  test('is made of an answer, and offers take new credentials', () => {
    const offer = withCredentials(sampleOffer(), 'new1', 'secret-secret-secret-12');
    expect(offer).toContain('a=ice-ufrag:new1\r\na=ice-pwd:secret-secret-secret-12\r\n');
    expect(fragmentOf(offer)).toBe(
      'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:new1\r\na=ice-pwd:secret-secret-secret-12\r\na=mid:0\r\n',
    );
  });
});

test('ICE servers become links', () => {
  expect(iceServerLinks('stun:stun.example:3478, turn:ann:s3cret@turn.example:3478')).toEqual([
    '<stun:stun.example:3478>; rel="ice-server"',
    '<turn:turn.example:3478>; rel="ice-server"; username="ann"; credential="s3cret"; credential-type="password"',
  ]);
  expect(iceServerLinks(undefined)).toEqual([]);
});
