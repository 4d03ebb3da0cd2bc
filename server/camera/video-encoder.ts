import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
  FF_ENCODER_LIBOPENH264,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational } from 'node-av/lib';
import type { Frame } from '../../domain/frame.ts';
import { createPictureIntake, intakeKey } from '../ingest/picture-intake.ts';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';

quietFfmpeg();

/** A piece of the coded stream: exactly one frame, in H.264's byte stream form (Annex B), parameter sets before each keyframe. */
export type VideoChunk = {
  /** As RFC 6381 names it: `avc1.42c01f`. */
  readonly codec: string;
  /** Decoding can begin here. */
  readonly key: boolean;
  readonly data: Uint8Array;
};

export type VideoEncoder = Disposable & {
  /** One frame in, its chunk out, nothing held back. Frames are given one after the other; borrows each until the promise settles. */
  encode(frame: Frame): Promise<VideoChunk>;
  /** Makes the next chunk a keyframe. */
  askForKeyframe(): void;
};

/** However many ask, the stream is not made of keyframes. */
const KEYFRAME_AT_MOST_EVERY_MS = 400;
/** Keyframes come so often by themselves, so that one who lost a frame goes on soon. */
const KEYFRAME_EVERY_MS = 2000;
const ENCODERS = [
  { name: FF_ENCODER_LIBX264, options: { preset: 'ultrafast', tune: 'zerolatency', crf: '20', 'forced-idr': '1' } },
  { name: FF_ENCODER_LIBOPENH264, options: { allow_skip_frames: '0' } },
] as const;
const BITS_PER_PX = 4;

/** Profile, constraints and level of the first sequence parameter set (H.264, 7.3.2.1.1), as RFC 6381 writes them. */
export const codecOf = (data: Uint8Array): string | undefined => {
  for (let at = 0; at + 6 < data.length; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1 || (data[at + 3]! & 31) !== 7) continue;
    return `avc1.${Buffer.from(data.subarray(at + 4, at + 7)).toString('hex')}`;
  }
  return undefined;
};

/** One stream, of frames of one size and range. */
type Stream = Disposable & { readonly key: string; encode(frame: Frame, asKeyframe: boolean): Promise<VideoChunk> };

const openContext = async (like: { widthPx: number; heightPx: number; fullRange: boolean }): Promise<CodecContext> => {
  let cause: unknown;
  for (const { name, options } of ENCODERS) {
    const codec = Codec.findEncoderByName(name);
    if (codec === null) continue;
    using cleanUp = new DisposableStack();
    const encoder = cleanUp.adopt(new CodecContext(), (context) => context.freeContext());
    encoder.allocContext3(codec);
    encoder.width = like.widthPx;
    encoder.height = like.heightPx;
    encoder.pixelFormat = AV_PIX_FMT_YUV420P;
    encoder.colorRange = like.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    encoder.colorSpace = AVCOL_SPC_SMPTE170M;
    encoder.colorPrimaries = AVCOL_PRI_SMPTE170M;
    encoder.colorTrc = AVCOL_TRC_SMPTE170M;
    encoder.timeBase = new Rational(1, 1000);
    encoder.framerate = new Rational(30, 1);
    encoder.gopSize = 10_000;
    encoder.maxBFrames = 0;
    encoder.threadCount = 1;
    encoder.bitRate = BigInt(name === FF_ENCODER_LIBX264 ? 0 : like.widthPx * like.heightPx * BITS_PER_PX);
    using given = Dictionary.fromObject({ ...options });
    try {
      FFmpegError.throwIfError(await encoder.open2(codec, given), 'starting the video encoder');
      cleanUp.move();
      return encoder;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error('no H.264 encoder is there', { cause });
};

const openStream = async (like: Frame, maxWidthPx: number): Promise<Stream> => {
  using cleanUp = new DisposableStack();
  const intake = cleanUp.use(createPictureIntake(like, maxWidthPx, false));
  const encoder = cleanUp.adopt(await openContext(intake), (context) => context.freeContext());
  const packet = cleanUp.adopt(new Packet(), (made) => made.free());
  packet.alloc();
  let codec = '';
  let firstMs: number | undefined;
  let lastPts = -1n;
  const owned = cleanUp.move();
  return {
    key: intakeKey(like),
    encode: async (frame, asKeyframe) => {
      const picture = await intake.take(frame);
      firstMs ??= frame.capturedAtMs;
      const pts = BigInt(Math.round(frame.capturedAtMs - firstMs));
      lastPts = pts > lastPts ? pts : lastPts + 1n;
      picture.pts = lastPts;
      picture.pictType = asKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      FFmpegError.throwIfError(await encoder.sendFrame(picture), 'encoding the picture');
      FFmpegError.throwIfError(await encoder.receivePacket(packet), 'encoding the picture');
      const data = Uint8Array.from(packet.data ?? []);
      const key = packet.isKeyframe;
      packet.unref();
      if (key) codec = codecOf(data) ?? codec;
      return { codec, key, data };
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
};

/**
 * H.264 made for looking on: each frame is its own chunk at once (no B-frames, no look-ahead), a keyframe every two seconds and whenever one is asked
 * for. Frames of another size begin a new stream with a keyframe. Throws where this build of FFmpeg has no encoder for it.
 */
export const createVideoEncoder = ({ maxWidthPx = Number.MAX_SAFE_INTEGER }: { readonly maxWidthPx?: number } = {}): VideoEncoder => {
  let stream: Stream | undefined;
  let keyAtMs = Number.NEGATIVE_INFINITY;
  let asked = false;
  const drop = (): void => {
    stream?.[Symbol.dispose]();
    stream = undefined;
    keyAtMs = Number.NEGATIVE_INFINITY;
  };
  return {
    encode: async (frame) => {
      if (stream?.key !== intakeKey(frame)) drop();
      stream ??= await openStream(frame, maxWidthPx);
      const sinceKeyMs = frame.capturedAtMs - keyAtMs;
      const asKeyframe = sinceKeyMs >= (asked ? KEYFRAME_AT_MOST_EVERY_MS : KEYFRAME_EVERY_MS);
      if (asKeyframe) {
        keyAtMs = frame.capturedAtMs;
        asked = false;
      }
      try {
        return await stream.encode(frame, asKeyframe);
      } catch (error) {
        drop();
        throw error;
      }
    },
    askForKeyframe: () => {
      asked = true;
    },
    [Symbol.dispose]: drop,
  };
};
