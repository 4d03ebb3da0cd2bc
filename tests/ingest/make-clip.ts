import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVFMT_GLOBALHEADER,
  type AVPixelFormat,
  type FFEncoderCodec,
} from 'node-av/constants';
import { avGetPixFmtFromName, Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Packet, Rational } from 'node-av/lib';

export type ClipOptions = {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly frames?: number;
  readonly framesPerSecond?: number;
  readonly codec?: 'libx264' | 'mjpeg' | 'libx265' | 'rawvideo' | 'mpeg2video' | 'flv';
  readonly pixelFormat?: 'yuv420p' | 'yuvj420p' | 'yuv422p' | 'yuvj422p' | 'nv12' | 'yuyv422' | 'rgb24' | 'gray' | 'yuv420p10le' | 'bgr24';
  /** Name of the container where the url does not tell. */
  readonly container?: string;
  readonly containerOptions?: Readonly<Record<string, string>>;
  /** Time of a picture in frames; the number of the picture where it is left out. */
  readonly pts?: (index: number) => number;
  /** Writes no faster than it plays. */
  readonly paced?: boolean;
  readonly signal?: AbortSignal;
};

const BITS = 12;

/** The picture's number as light and dark stripes over the upper half, a slope below; in luma. */
export const stripeLuma = (index: number, x: number, y: number, widthPx: number, heightPx: number): number => {
  if (y < heightPx / 2) return (index >> Math.min(BITS - 1, Math.floor((x * BITS) / widthPx))) & 1 ? 200 : 50;
  return 40 + Math.floor((160 * x) / widthPx);
};

/** The number that the stripes of a luma plane tell. */
export const readStripes = (y: {
  readonly data: Uint8Array;
  readonly stridePx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}): number => {
  let index = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const x = Math.floor(((bit + 0.5) * y.widthPx) / BITS);
    if (y.data[Math.floor(y.heightPx / 4) * y.stridePx + x]! > 125) index |= 1 << bit;
  }
  return index;
};

const U = 100;
const V = 150;

const paint = (frame: Frame, index: number, format: string, widthPx: number, heightPx: number): void => {
  const [first, second, third] = frame.data as Buffer[];
  const strides = frame.linesize;
  const wide = format.endsWith('10le');
  const perPixel = format === 'rgb24' || format === 'bgr24' ? 3 : format === 'yuyv422' || wide ? 2 : 1;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const luma = stripeLuma(index, x, y, widthPx, heightPx);
      const at = y * strides[0]! + x * perPixel;
      if (wide) first!.writeUInt16LE(luma << 2, at);
      else if (format === 'yuyv422') {
        first![at] = luma;
        first![at + 1] = x % 2 === 0 ? U : V;
      } else if (perPixel === 3) first!.fill(luma, at, at + 3);
      else first![at] = luma;
    }
  }
  if (wide)
    for (const [plane, value] of [
      [second, U],
      [third, V],
    ] as const)
      for (let at = 0; at < plane!.length; at += 2) plane!.writeUInt16LE(value << 2, at);
  else if (format === 'nv12') for (let at = 0; at < second!.length; at++) second![at] = at % 2 === 0 ? U : V;
  else {
    second?.fill(U);
    third?.fill(V);
  }
};

/** Writes a clip whose pictures tell their number (`readStripes`) to a path or url. */
export const makeClip = async (url: string, options: ClipOptions = {}): Promise<void> => {
  const { widthPx = 320, heightPx = 240, frames = 60, framesPerSecond = 30, codec = 'libx264', pixelFormat = 'yuv420p' } = options;
  const check = (code: number, doing: string): void => FFmpegError.throwIfError(code, doing);
  await using cleanUp = new AsyncDisposableStack();
  const output = new FormatContext();
  check(output.allocOutputContext2(null, options.container ?? null, url), 'container');
  cleanUp.defer(() => output.freeContext());
  const found = Codec.findEncoderByName(codec as FFEncoderCodec);
  const encoder = new CodecContext();
  cleanUp.defer(() => encoder.freeContext());
  encoder.allocContext3(found);
  encoder.width = widthPx;
  encoder.height = heightPx;
  encoder.pixelFormat = avGetPixFmtFromName(pixelFormat) as AVPixelFormat;
  encoder.colorRange = pixelFormat.startsWith('yuvj') ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  encoder.timeBase = new Rational(1, framesPerSecond);
  encoder.framerate = new Rational(framesPerSecond, 1);
  encoder.gopSize = framesPerSecond;
  encoder.maxBFrames = 0;
  if ((output.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const tuning =
    codec === 'libx264'
      ? { preset: 'veryfast', crf: '20', tune: 'zerolatency' }
      : codec === 'libx265'
        ? { preset: 'ultrafast', 'x265-params': 'log-level=none' }
        : {};
  check(await encoder.open2(found, Dictionary.fromObject(tuning)), 'encoder');
  const stream = output.newStream(found);
  stream.timeBase = encoder.timeBase;
  stream.avgFrameRate = encoder.framerate;
  encoder.parametersFromContext(stream.codecpar);
  check(await output.openOutput(), 'output');
  cleanUp.defer(() =>
    output.closeOutput().then(
      () => undefined,
      () => undefined,
    ),
  );
  check(
    await output.writeHeader(options.containerOptions === undefined ? null : Dictionary.fromObject(options.containerOptions)),
    'header',
  );

  const picture = new Frame();
  cleanUp.defer(() => picture.free());
  picture.alloc();
  picture.width = widthPx;
  picture.height = heightPx;
  picture.format = encoder.pixelFormat;
  picture.colorRange = encoder.colorRange;
  check(picture.getBuffer(0), 'picture');
  const packet = new Packet();
  cleanUp.defer(() => packet.free());
  packet.alloc();
  const drain = async (): Promise<void> => {
    while ((await encoder.receivePacket(packet)) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(await output.interleavedWriteFrame(packet), 'writing');
      packet.unref();
    }
  };
  const startedAt = performance.now();
  for (let index = 0; index < frames && options.signal?.aborted !== true; index++) {
    const waitMs = (index * 1000) / framesPerSecond - (performance.now() - startedAt);
    if (options.paced && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    check(picture.makeWritable(), 'picture');
    paint(picture, index, pixelFormat, widthPx, heightPx);
    picture.pts = BigInt(options.pts?.(index) ?? index);
    check(await encoder.sendFrame(picture), 'encoding');
    await drain();
  }
  await encoder.sendFrame(null);
  await drain();
  check(await output.writeTrailer(), 'trailer');
};
