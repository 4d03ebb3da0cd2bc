import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toFault } from '../../domain/fault.ts';
import { parseSourceAddress } from '../../server/ingest/source-address.ts';

describe('parseSourceAddress', () => {
  test.each([
    ['simulate:', { kind: 'simulate', address: 'simulate:' }],
    ['simulate:seed=3', { kind: 'simulate', address: 'simulate:seed=3' }],
    ['clip.mp4', { kind: 'path', path: resolve('clip.mp4') }],
    ['/data/a b.mp4', { kind: 'path', path: '/data/a b.mp4' }],
    ['file:///data/a%20b.mp4', { kind: 'path', path: '/data/a b.mp4' }],
    ['C:\\clips\\a.mp4', { kind: 'path' }],
    ['./concat:a', { kind: 'path', path: resolve('./concat:a') }],
    ['rtsp://cam.lan:554/live', { kind: 'url', protocol: 'rtsp' }],
    ['HTTPS://host/x.m3u8', { kind: 'url', protocol: 'https' }],
    ['srt://0.0.0.0:9000?mode=listener', { kind: 'url', protocol: 'srt' }],
    ['camera:0', { kind: 'camera', name: '0' }],
    ['camera:USB Microscope?size=1280x720&fps=30', { kind: 'camera', name: 'USB Microscope', size: '1280x720', framesPerSecond: 30 }],
  ])('%s', (text, expected) => {
    expect(parseSourceAddress(text)).toMatchObject(expected);
  });

  test('a password is opened with and never shown', () => {
    const address = parseSourceAddress('rtsp://eva:geheim@cam.lan/live');
    expect(address).toMatchObject({ url: 'rtsp://eva:geheim@cam.lan/live', label: 'rtsp://cam.lan/live' });
  });

  test.each([
    ['', /no source given/],
    ['concat:a.mp4|b.mp4', /"concat:" is not a kind of source/],
    ['pipe:0', /"pipe:"/],
    ['data:video/mp4;base64,AAAA', /"data:"/],
    ['ftp://host/clip.mp4', /"ftp:"/],
    ['subfile,,start,0,end,0,,:/etc/passwd', undefined],
    ['http://', /not a url|without a host/],
    ['rtsp://user:geheim@', /not a url|without a host/],
    ['camera:', /without a name/],
    ['camera:0?size=big', /WIDTHxHEIGHT/],
    ['camera:0?exposure=3', /no option "exposure"/],
    ['file://%zz', /not a file url/],
    ['a\0b', /NUL/],
  ])('refuses %j in one line', (text, expected) => {
    let caught: unknown;
    try {
      caught = parseSourceAddress(text);
    } catch (error) {
      caught = error;
    }
    if (expected === undefined) {
      // No scheme of ours: a path like any other, opened as a file and nothing else.
      expect(caught).toMatchObject({ kind: 'path' });
      return;
    }
    expect(toFault(caught)).toMatchObject({ kind: 'source', passing: false });
    expect((caught as Error).message).toMatch(expected);
    expect((caught as Error).message).not.toMatch(/\n|geheim/);
  });
});
