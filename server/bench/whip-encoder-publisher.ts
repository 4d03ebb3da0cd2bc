import { setTimeout as sleep } from 'node:timers/promises';
import { type CodecContext, Encoder, Muxer, Frame as NativeFrame, Rational } from 'node-av';
import { AV_PIX_FMT_YUV420P, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';
import { readFrames } from '../ingest/read-frames.ts';

export type EncoderPublisherOptions = {
  readonly clip: string;
  /** Address of the endpoint. */
  readonly url: string;
  readonly token: string;
  readonly bitsPerS?: number;
  readonly signal: AbortSignal;
  readonly onFrame?: (sent: number) => void;
};

const TICKS_A_MS = 90;

/**
 * Publishes a clip at its own pace through FFmpeg's own WHIP muxer, as H.264 without B-frames, as an encoder or OBS would. Settles when the whole
 * clip is sent or the signal aborts.
 */
export const publishWithFfmpeg = async ({ clip, url, token, bitsPerS = 6e6, signal, onFrame }: EncoderPublisherOptions): Promise<void> => {
  quietFfmpeg();
  const pool = createFramePool({ maxBuffers: 4 });
  const configure = (context: CodecContext): void => {
    context.framerate = new Rational(30, 1);
    context.maxBFrames = 0;
  };
  using encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    gopSize: 30,
    bitrate: bitsPerS,
    configure,
    options: { preset: 'ultrafast', tune: 'zerolatency', profile: 'baseline' },
  });
  await using muxer = await Muxer.open(url, { format: 'whip', options: { authorization: token } });
  const stream = muxer.addStream(encoder);
  let startedAt: number | undefined;
  let sent = 0;
  for await (const frame of readFrames(clip, { pool })) {
    using shown = frame;
    if (signal.aborted) break;
    startedAt ??= performance.now() - shown.capturedAtMs;
    await sleep(Math.max(0, shown.capturedAtMs - (performance.now() - startedAt)));
    const { widthPx: width, heightPx: height, y, u, v } = shown;
    using native = NativeFrame.fromVideoBuffer(Buffer.concat([y.data, u.data, v.data]), {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      timeBase: { num: 1, den: TICKS_A_MS * 1000 },
    });
    native.pts = BigInt(Math.round(shown.capturedAtMs * TICKS_A_MS));
    for (const packet of await encoder.encodeAll(native)) {
      using written = packet;
      await muxer.writePacket(written, stream);
    }
    onFrame?.(++sent);
  }
};
