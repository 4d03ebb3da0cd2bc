import { AV_PIX_FMT_YUV420P, AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG } from 'node-av/constants';
import { avImageCopy2, FFmpegError, Frame as NativeFrame, SoftwareScaleContext } from 'node-av/lib';
import type { Frame } from '../../domain/frame.ts';

/** Takes frames into FFmpeg's own memory, at the size that an encoder wants them in. */
export type PictureIntake = Disposable & {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fullRange: boolean;
  /** Borrows the frame until the promise settles; what is given is overwritten by the next. */
  take(frame: Frame): Promise<NativeFrame>;
};

/** What an intake is made for: frames of another key need another one. */
export const intakeKey = ({ widthPx, heightPx, fullRange }: Frame): string => `${widthPx}×${heightPx}${fullRange ? ' full' : ''}`;

const even = (lengthPx: number): number => Math.max(2, Math.round(lengthPx / 2) * 2);

/** A picture in FFmpeg's own memory, whatever was there before in it. */
export const nativeFrame = (widthPx: number, heightPx: number, fullRange: boolean): NativeFrame => {
  const native = new NativeFrame();
  native.alloc();
  native.width = widthPx;
  native.height = heightPx;
  native.format = AV_PIX_FMT_YUV420P;
  native.colorRange = fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  FFmpegError.throwIfError(native.getBuffer(0), 'a buffer for the picture');
  return native;
};

/** An intake for frames like this one: even sides, no wider than asked for, in full range where asked for. */
export const createPictureIntake = (like: Frame, maxWidthPx: number, toFullRange: boolean): PictureIntake => {
  using cleanUp = new DisposableStack();
  const { widthPx, heightPx } = like;
  const fullRange = like.fullRange || toFullRange;
  const outWidthPx = Math.min(even(widthPx), even(maxWidthPx));
  const outHeightPx = outWidthPx === even(widthPx) ? even(heightPx) : even((heightPx * outWidthPx) / widthPx);
  const changes = outWidthPx !== widthPx || outHeightPx !== heightPx || fullRange !== like.fullRange;

  const taken = cleanUp.adopt(nativeFrame(widthPx, heightPx, like.fullRange), (native) => native.free());
  const given = changes ? cleanUp.adopt(nativeFrame(outWidthPx, outHeightPx, fullRange), (native) => native.free()) : taken;
  const scaler = cleanUp.adopt(new SoftwareScaleContext(), (context) => context.freeContext());
  scaler.allocContext();
  scaler.setOption('sws_flags', 'bilinear');
  const owned = cleanUp.move();
  return {
    widthPx: outWidthPx,
    heightPx: outHeightPx,
    fullRange,
    take: async ({ y, u, v }) => {
      const planes = [y, u, v];
      FFmpegError.throwIfError(taken.makeWritable(), 'the picture to encode');
      avImageCopy2(
        taken.data ?? [],
        taken.linesize,
        // The binding asks for buffers and takes any bytes, shared ones too.
        planes.map(({ data }) => data as Buffer),
        planes.map(({ stridePx }) => stridePx),
        AV_PIX_FMT_YUV420P,
        widthPx,
        heightPx,
      );
      if (given !== taken) {
        FFmpegError.throwIfError(given.makeWritable(), 'the picture to encode');
        FFmpegError.throwIfError(await scaler.scaleFrame(given, taken), 'resizing the picture');
      }
      return given;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
};
