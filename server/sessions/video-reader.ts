import { open } from 'node:fs/promises';
import { AV_CODEC_ID_H264, AV_PKT_FLAG_KEY, AVERROR_EAGAIN } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame as NativeFrame, Packet, Rational } from 'node-av/lib';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';
import { readVideoIndex, type VideoIndex } from './video-index.ts';

quietFfmpeg();

/** A picture of FFmpeg's, lent until the next one is asked for. */
export type DecodedSample = { readonly sample: number; readonly native: NativeFrame };

/** One video of a session, also while it is being written. */
export type VideoReader = AsyncDisposable & {
  /** What is in the file now; `undefined` while its head is not written. */
  index(): Promise<VideoIndex | undefined>;
  /** Decodes the pictures of these numbers, the last included, beginning at the key picture before. */
  pictures(from: number, to: number): AsyncGenerator<DecodedSample>;
};

/** The file is looked at again after so long while it grows. */
const FRESH_MS = 300;
/** Coded pictures that are read at once. */
const READ_BYTES = 8 * 2 ** 20;

const createDecoder = async ({ description, timescale }: VideoIndex): Promise<CodecContext> => {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264);
  const decoder = new CodecContext();
  try {
    decoder.allocContext3(codec);
    decoder.extraData = Buffer.from(description);
    decoder.pktTimebase = new Rational(1, timescale);
    decoder.threadCount = 2;
    FFmpegError.throwIfError(await decoder.open2(codec, null), 'starting the decoder of a recording');
    return decoder;
  } catch (error) {
    decoder.freeContext();
    throw error;
  }
};

/** Throws where the file cannot be opened. */
export const openVideoReader = async (path: string): Promise<VideoReader> => {
  const file = await open(path, 'r');
  let known: VideoIndex | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<VideoIndex | undefined> | undefined;

  const look = async (): Promise<VideoIndex | undefined> => {
    try {
      known = await readVideoIndex(path, file, known);
      lookedAt = performance.now();
      return known;
    } finally {
      looking = undefined;
    }
  };
  const index = async (): Promise<VideoIndex | undefined> => {
    if (performance.now() - lookedAt < FRESH_MS) return known;
    looking ??= look();
    return looking;
  };

  /** Coded pictures, read in stretches. */
  async function* coded({ offsets, bytes }: VideoIndex, from: number, to: number): AsyncGenerator<{ sample: number; data: Buffer }> {
    for (let at = from; at <= to; ) {
      let end = at;
      const start = offsets[at]!;
      while (end < to && offsets[end + 1]! + bytes[end + 1]! - start <= READ_BYTES) end++;
      const stretch = Buffer.alloc(offsets[end]! + bytes[end]! - start);
      await file.read(stretch, 0, stretch.length, start);
      for (; at <= end; at++) yield { sample: at, data: stretch.subarray(offsets[at]! - start, offsets[at]! - start + bytes[at]!) };
    }
  }

  async function* pictures(from: number, to: number): AsyncGenerator<DecodedSample> {
    const video = await index();
    if (video?.keys[from] === undefined) return;
    using cleanUp = new DisposableStack();
    const decoder = cleanUp.adopt(await createDecoder(video), (context) => context.freeContext());
    const packet = cleanUp.adopt(new Packet(), (made) => made.free());
    packet.alloc();
    const native = cleanUp.adopt(new NativeFrame(), (made) => made.free());
    native.alloc();
    /** What is decoded by now; the picture's number travels as its time. */
    async function* ready(): AsyncGenerator<DecodedSample> {
      while ((await decoder.receiveFrame(native)) >= 0) {
        const sample = Number(native.pts);
        if (sample >= from) yield { sample, native };
        native.unref();
      }
    }
    for await (const { sample, data } of coded(video, video.keys[from], Math.min(to, video.ms.length - 1))) {
      packet.data = data;
      packet.pts = BigInt(sample);
      packet.dts = BigInt(sample);
      if (video.keys[sample] === sample) packet.flags = AV_PKT_FLAG_KEY;
      let sent = await decoder.sendPacket(packet);
      while (sent === AVERROR_EAGAIN) {
        yield* ready();
        sent = await decoder.sendPacket(packet);
      }
      packet.unref();
      FFmpegError.throwIfError(sent, 'decoding a recording');
      yield* ready();
    }
    await decoder.sendPacket(null);
    yield* ready();
  }

  return { index, pictures, [Symbol.asyncDispose]: () => file.close() };
};
