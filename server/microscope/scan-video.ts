import { type CodecContext, Encoder, FFmpegError, Frame, Muxer, Rational } from 'node-av';
import { AV_PIX_FMT_YUV420P, FF_ENCODER_LIBOPENH264, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { FaultError } from '../../domain/fault.ts';
import type { Plane } from '../../domain/frame.ts';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';

/** Ticks of a second in the file: capture times are kept to 11 µs. */
const TICKS_PER_S = 90_000;
const BITS_PER_PX = 0.25;

/** A video being written. */
export type ScanVideo = AsyncDisposable & {
  readonly codec: string;
  /** Planes for the next picture, reused from one to the next. */
  readonly planes: { readonly y: Plane; readonly u: Plane; readonly v: Plane };
  /** Encodes what is in the planes. */
  write(capturedAtMs: number): Promise<void>;
};

type VideoSize = { readonly widthPx: number; readonly heightPx: number; readonly framesPerSecond: number };

/** x264 where it is built in, else OpenH264 at a rate that keeps cell rims clean. */
const openEncoder = async ({ widthPx, heightPx, framesPerSecond }: VideoSize): Promise<{ encoder: Encoder; codec: string }> => {
  const gopSize = Math.max(1, Math.round(framesPerSecond));
  const configure = (context: CodecContext): void => {
    context.framerate = new Rational(Math.round(framesPerSecond * 1000), 1000);
  };
  try {
    const encoder = await Encoder.create(FF_ENCODER_LIBX264, { gopSize, configure, options: { preset: 'veryfast', crf: 18 } });
    return { encoder, codec: 'libx264' };
  } catch {
    const bitrate = Math.round(BITS_PER_PX * widthPx * heightPx * framesPerSecond);
    return { encoder: await Encoder.create(FF_ENCODER_LIBOPENH264, { gopSize, configure, bitrate }), codec: 'libopenh264' };
  }
};

/** Opens an H.264 file in MP4. Disposing it writes what is still held back and the end of the file. Faults: `data`. */
export const openScanVideo = async (path: string, size: VideoSize): Promise<ScanVideo> => {
  quietFfmpeg();
  const { widthPx, heightPx } = size;
  const lumaBytes = widthPx * heightPx;
  const bytes = Buffer.alloc((lumaBytes * 3) / 2);
  const chroma = (from: number): Plane => ({
    data: bytes.subarray(from, from + lumaBytes / 4),
    stridePx: widthPx / 2,
    widthPx: widthPx / 2,
    heightPx: heightPx / 2,
  });
  const refuse = (what: string, cause: unknown): FaultError =>
    new FaultError({ kind: 'data', path, what, remedy: 'give a folder that can be written to, with room on the disk' }, { cause });
  const { encoder, codec } = await openEncoder(size);
  const muxer = await Muxer.open(path, { format: 'mp4' }).catch((cause: unknown) => {
    encoder.close();
    throw refuse('the video cannot be written', cause);
  });
  const stream = muxer.addStream(encoder);
  const encode = async (frame: Frame | null): Promise<void> => {
    for (const packet of await encoder.encodeAll(frame)) {
      using written = packet;
      await muxer.writePacket(written, stream);
    }
  };
  return {
    codec,
    planes: {
      y: { data: bytes.subarray(0, lumaBytes), stridePx: widthPx, widthPx, heightPx },
      u: chroma(lumaBytes),
      v: chroma((lumaBytes * 5) / 4),
    },
    write: async (capturedAtMs) => {
      using frame = Frame.fromVideoBuffer(bytes, {
        width: widthPx,
        height: heightPx,
        format: AV_PIX_FMT_YUV420P,
        timeBase: { num: 1, den: TICKS_PER_S },
      });
      frame.pts = BigInt(Math.round((capturedAtMs * TICKS_PER_S) / 1000));
      frame.duration = BigInt(Math.round(TICKS_PER_S / size.framesPerSecond));
      try {
        await encode(frame);
      } catch (cause) {
        throw refuse(`the video broke off${cause instanceof FFmpegError ? ` (${cause.message})` : ''}`, cause);
      }
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await encode(null);
      } finally {
        await muxer.close();
        encoder.close();
      }
    },
  };
};
