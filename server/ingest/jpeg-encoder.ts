import { AV_CODEC_FLAG_QSCALE, AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUV420P, AVCOL_RANGE_JPEG, FF_QP2LAMBDA } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational } from 'node-av/lib';
import type { Frame } from '../../domain/frame.ts';
import { createPictureIntake, intakeKey } from './picture-intake.ts';
import { quietFfmpeg } from './quiet-ffmpeg.ts';

quietFfmpeg();

export type JpegEncoder = Disposable & {
  /** A JPEG of the frame, no wider than asked for. Borrows the frame until the promise settles. */
  encode(frame: Frame): Promise<Uint8Array>;
};

export type JpegEncoderOptions = {
  /** 1 to 100, as libjpeg counts. */
  readonly quality?: number;
  readonly maxWidthPx?: number;
};

/**
 * FFmpeg's quantiser for a quality: its tables are about half of the ones of JPEG (ITU-T T.81, annex K) at 8, and libjpeg
 * scales those by 200 − 2q or 5000/q per cent.
 */
const quantiser = (quality: number): number => {
  const percent = quality >= 50 ? 200 - 2 * quality : 5000 / quality;
  return Math.min(31, Math.max(1, Math.round((16 * percent) / 100)));
};

/** One encoder with its own memory, for frames of one size and range. */
type Press = Disposable & { readonly key: string; print(frame: Frame): Promise<Uint8Array> };

const createPress = async (like: Frame, quality: number, maxWidthPx: number): Promise<Press> => {
  using cleanUp = new DisposableStack();
  // JPEG is full range.
  const intake = cleanUp.use(createPictureIntake(like, maxWidthPx, true));
  const codec = Codec.findEncoder(AV_CODEC_ID_MJPEG);
  const encoder = cleanUp.adopt(new CodecContext(), (context) => context.freeContext());
  encoder.allocContext3(codec);
  encoder.width = intake.widthPx;
  encoder.height = intake.heightPx;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.timeBase = new Rational(1, 1000);
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_QSCALE);
  encoder.globalQuality = quantiser(quality) * FF_QP2LAMBDA;
  using options = Dictionary.fromObject({ huffman: 'default' });
  FFmpegError.throwIfError(await encoder.open2(codec, options), 'starting the JPEG encoder');
  const packet = cleanUp.adopt(new Packet(), (made) => made.free());
  packet.alloc();
  let pts = 0n;

  const owned = cleanUp.move();
  return {
    key: intakeKey(like),
    print: async (frame) => {
      const printed = await intake.take(frame);
      printed.pts = pts++;
      printed.quality = encoder.globalQuality;
      FFmpegError.throwIfError(await encoder.sendFrame(printed), 'encoding the picture');
      FFmpegError.throwIfError(await encoder.receivePacket(packet), 'encoding the picture');
      const bytes = Uint8Array.from(packet.data ?? []);
      packet.unref();
      return bytes;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
};

/**
 * JPEG pictures of frames, made beside the thread of the caller. Several may be asked for at once; each has its own encoder,
 * kept for the next frame of the same size.
 */
export const createJpegEncoder = ({ quality = 75, maxWidthPx = Number.MAX_SAFE_INTEGER }: JpegEncoderOptions = {}): JpegEncoder => {
  let idle: Press[] = [];
  let closed = false;
  return {
    encode: async (frame) => {
      const key = intakeKey(frame);
      const other = idle.filter((press) => press.key !== key);
      for (const press of other) press[Symbol.dispose]();
      idle = idle.filter((press) => press.key === key);
      const press = idle.pop() ?? (await createPress(frame, quality, maxWidthPx));
      try {
        const bytes = await press.print(frame);
        if (closed) press[Symbol.dispose]();
        else idle.push(press);
        return bytes;
      } catch (error) {
        press[Symbol.dispose]();
        throw error;
      }
    },
    [Symbol.dispose]: () => {
      closed = true;
      for (const press of idle) press[Symbol.dispose]();
      idle = [];
    },
  };
};
