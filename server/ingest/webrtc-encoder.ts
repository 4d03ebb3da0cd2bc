import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  FF_ENCODER_LIBOPENH264,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational } from 'node-av/lib';
import type { Frame, Plane } from '../../domain/frame.ts';
import { type DrawnBox, drawBoxes } from './draw-boxes.ts';
import { createPictureIntake, intakeKey } from './picture-intake.ts';

/** Codecs that players are sent. */
export type PlayerCodec = 'H264' | 'VP8';

export type WebrtcEncoder = Disposable & {
  /** Whether frames like this one can be encoded; others need another encoder. */
  fits(frame: Frame): boolean;
  /** One frame in, its coded picture out. Borrows the frame until the promise settles. */
  encode(frame: Frame, boxes: readonly DrawnBox[], asKeyframe: boolean): Promise<Buffer>;
};

const WIDEST_PX = 1280;
const RATE = { maxrate: '5M', bufsize: '2500k' };
const ENCODERS = {
  H264: [
    {
      name: FF_ENCODER_LIBX264,
      options: { preset: 'ultrafast', tune: 'zerolatency', profile: 'baseline', crf: '23', 'forced-idr': '1', ...RATE },
    },
    { name: FF_ENCODER_LIBOPENH264, options: { allow_skip_frames: '0', b: '4M' } },
  ],
  VP8: [{ name: FF_ENCODER_LIBVPX_VP8, options: { deadline: 'realtime', 'cpu-used': '12', 'lag-in-frames': '0', b: '4M', ...RATE } }],
} as const;

const openContext = async (codecName: PlayerCodec, widthPx: number, heightPx: number): Promise<CodecContext> => {
  for (const { name, options } of ENCODERS[codecName]) {
    const codec = Codec.findEncoderByName(name);
    if (codec === null) continue;
    const encoder = new CodecContext();
    encoder.allocContext3(codec);
    encoder.width = widthPx;
    encoder.height = heightPx;
    encoder.pixelFormat = AV_PIX_FMT_YUV420P;
    encoder.colorRange = AVCOL_RANGE_MPEG;
    encoder.timeBase = new Rational(1, 1000);
    encoder.framerate = new Rational(30, 1);
    encoder.gopSize = 10_000;
    encoder.maxBFrames = 0;
    encoder.threadCount = 1;
    using given = Dictionary.fromObject({ ...options });
    if ((await encoder.open2(codec, given)) >= 0) return encoder;
    encoder.freeContext();
  }
  throw new Error(`no ${codecName} encoder is there`);
};

/** An encoder for players: each picture at once, with the boxes drawn in. Throws where FFmpeg lacks the codec. */
export const openWebrtcEncoder = async (codec: PlayerCodec, like: Frame): Promise<WebrtcEncoder> => {
  using cleanUp = new DisposableStack();
  const intake = cleanUp.use(createPictureIntake(like, WIDEST_PX, false));
  const encoder = cleanUp.adopt(await openContext(codec, intake.widthPx, intake.heightPx), (context) => context.freeContext());
  const packet = cleanUp.adopt(new Packet(), (made) => made.free());
  packet.alloc();
  let firstMs: number | undefined;
  let lastPts = -1n;
  const plane = (data: Buffer, stridePx: number, widthPx: number, heightPx: number): Plane => ({ data, stridePx, widthPx, heightPx });
  const owned = cleanUp.move();
  return {
    fits: (frame) => intakeKey(frame) === intakeKey(like),
    encode: async (frame, boxes, asKeyframe) => {
      const picture = await intake.take(frame);
      const [y, u, v] = picture.data as [Buffer, Buffer, Buffer];
      const [yStride, uStride, vStride] = picture.linesize as [number, number, number];
      const { widthPx, heightPx } = intake;
      drawBoxes(
        [plane(y, yStride, widthPx, heightPx), plane(u, uStride, widthPx / 2, heightPx / 2), plane(v, vStride, widthPx / 2, heightPx / 2)],
        boxes,
        widthPx / frame.widthPx,
      );
      firstMs ??= frame.capturedAtMs;
      const pts = BigInt(Math.round(frame.capturedAtMs - firstMs));
      lastPts = pts > lastPts ? pts : lastPts + 1n;
      picture.pts = lastPts;
      picture.pictType = asKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      FFmpegError.throwIfError(encoder.sendFrameSync(picture), 'encoding the picture');
      FFmpegError.throwIfError(encoder.receivePacketSync(packet), 'encoding the picture');
      const bytes = Buffer.from(packet.data ?? []);
      packet.unref();
      return bytes;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
};
