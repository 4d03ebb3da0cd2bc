import { FFmpegError, Frame as NativeFrame, SoftwareScaleContext } from 'node-av/lib';

/** Keeps the pictures of a camera at one size, so that a cell is as large after a change as before. */
export type SizeKeeper = Disposable & {
  /** The picture at the size of the first; as it is where its sides are of another proportion, which is another view. Valid until the next call. */
  fit(native: NativeFrame): NativeFrame;
  /** The size that came last, where it was brought to that of the first. */
  readonly resizedFrom: string | undefined;
};

/** Encoders round the sides of a smaller picture to even numbers, or to multiples of 16. */
const LIKE = 0.02;

/** A browser sends smaller pictures for a while when its line or processor is short; they are enlarged again. */
export const createSizeKeeper = (): SizeKeeper => {
  let size: { readonly width: number; readonly height: number } | undefined;
  let resizedFrom: string | undefined;
  let scaler: SoftwareScaleContext | undefined;
  let fitted: NativeFrame | undefined;
  const free = (): void => {
    fitted?.free();
    fitted = undefined;
    scaler?.freeContext();
    scaler = undefined;
  };
  return {
    get resizedFrom() {
      return resizedFrom;
    },
    fit: (native) => {
      const { width, height } = native;
      const sameView = size !== undefined && Math.abs((width * size.height) / (height * size.width) - 1) < LIKE;
      if (size === undefined || !sameView) size = { width, height };
      if (width === size.width && height === size.height) {
        resizedFrom = undefined;
        return native;
      }
      if (resizedFrom !== `${width}×${height}`) free();
      resizedFrom = `${width}×${height}`;
      if (fitted === undefined) {
        fitted = new NativeFrame();
        fitted.alloc();
        fitted.width = size.width;
        fitted.height = size.height;
        fitted.format = native.format;
        FFmpegError.throwIfError(fitted.getBuffer(0), 'a buffer for the picture');
      }
      fitted.colorRange = native.colorRange;
      fitted.colorSpace = native.colorSpace;
      if (scaler === undefined) {
        scaler = new SoftwareScaleContext();
        scaler.allocContext();
        scaler.setOption('sws_flags', 'bicubic');
      }
      FFmpegError.throwIfError(scaler.scaleFrameSync(fitted, native), 'resizing the picture');
      return fitted;
    },
    [Symbol.dispose]: free,
  };
};
