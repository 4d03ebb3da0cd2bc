import { open } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { findBrowser } from '../cli/find-browser.ts';
import { createJpegEncoder } from '../ingest/jpeg-encoder.ts';
import { readFrames } from '../ingest/read-frames.ts';

/** What the sending page says of itself. */
export type BrowserSending = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly megabitsPerSecond: number;
  /** What it could send, as far as it knows. */
  readonly allowedMegabitsPerSecond: number;
  readonly state: string;
};

/** A page of a real browser that sends a clip, over and over, as its camera. */
export type BrowserPublisher = AsyncDisposable & {
  sending(): Promise<BrowserSending>;
  /** Ends its resource, as a page that is left in good order. */
  end(): Promise<number>;
};

export type BrowserPublisherOptions = {
  /** Motion JPEG, which Chromium plays as its camera. */
  readonly clip: string;
  /** Where the service is, or the way to it. */
  readonly url: string;
  readonly cameraId: string;
  readonly token: string;
  readonly codec: string;
};

/** Writes a clip once more as pictures that Chromium takes for a camera. */
export const writeCameraClip = async (from: string, to: string, signal: AbortSignal): Promise<void> => {
  using encoder = createJpegEncoder({ quality: 95 });
  await using file = await open(to, 'w');
  for await (const frame of readFrames(from, { pool: createFramePool({ maxBuffers: 4 }), signal })) {
    using shown = frame;
    await file.write(await encoder.encode(shown));
  }
};

const PUBLISH = `async ({ url, token, codec }) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720, frameRate: 30 } });
  const [track] = stream.getVideoTracks();
  track.contentHint = 'detail';
  const peer = new RTCPeerConnection();
  const way = peer.addTransceiver(track, { direction: 'sendonly' });
  const known = RTCRtpSender.getCapabilities('video').codecs;
  way.setCodecPreferences(known.filter(({ mimeType }) => mimeType.toUpperCase() === 'VIDEO/' + codec));
  await peer.setLocalDescription();
  const headers = { authorization: 'Bearer ' + token };
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/sdp' }, body: peer.localDescription.sdp });
  if (answer.status !== 201) throw new Error(answer.status + ' ' + await answer.text());
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  const resource = new URL(answer.headers.get('location'), url);
  let before;
  globalThis.sending = async () => {
    let now;
    for (const report of (await peer.getStats()).values()) if (report.type === 'outbound-rtp') now = report;
    const since = before ? (now.timestamp - before.timestamp) / 1000 : 1;
    const megabits = (8e-6 * (now.bytesSent - (before?.bytesSent ?? 0))) / since;
    const frames = (now.framesSent - (before?.framesSent ?? 0)) / since;
    before = now;
    return { widthPx: now.frameWidth ?? 0, heightPx: now.frameHeight ?? 0, framesPerSecond: frames, megabitsPerSecond: megabits, allowedMegabitsPerSecond: 1e-6 * (now.targetBitrate ?? 0), state: peer.connectionState };
  };
  globalThis.end = async () => (await fetch(resource, { method: 'DELETE', headers })).status;
}`;

/** Starts publishing. Throws a `usage` fault where there is no browser. */
export const publishWithBrowser = async ({ clip, url, cameraId, token, codec }: BrowserPublisherOptions): Promise<BrowserPublisher> => {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new FaultError({
      kind: 'usage',
      what: 'this needs a Chromium, and none is here',
      remedy: 'install one, name it in SMEARSCOPE_BROWSER, or give --from encoder',
    });
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(new URL('/api/health', url).href);
    await page.evaluate(`(${PUBLISH})(${JSON.stringify({ url: new URL(`/api/cameras/${cameraId}/whip`, url).href, token, codec })})`);
    return {
      sending: () => page.evaluate('sending()') as Promise<BrowserSending>,
      end: () => page.evaluate('end()') as Promise<number>,
      [Symbol.asyncDispose]: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
};
