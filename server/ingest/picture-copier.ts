import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_RESERVED,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
} from 'node-av/constants';
import { avImageCopy2, FFmpegError, Frame as NativeFrame, SoftwareScaleContext } from 'node-av/lib';
import type { Frame, Plane } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';

/** Copies decoded pictures into pooled frames, whatever their pixel format. */
export type PictureCopier = Disposable & {
  /** Borrows the native picture. `undefined` when the pool has no buffer. Odd sizes lose their last row or column. */
  copy(native: NativeFrame, id: number, capturedAtMs: number): Promise<Frame | undefined>;
  /** Tries again with the picture of the last call, which needs no second conversion. */
  retry(id: number, capturedAtMs: number): Frame | undefined;
};

/** Matrices that are BT.601 or taken for it. */
const LIKE_601: readonly number[] = [AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT470BG, AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_RESERVED];

const isI420 = ({ format, colorSpace }: NativeFrame): boolean =>
  (format === AV_PIX_FMT_YUV420P || format === AV_PIX_FMT_YUVJ420P) && LIKE_601.includes(colorSpace);

export const createPictureCopier = (pool: FramePool): PictureCopier => {
  let scaler: SoftwareScaleContext | undefined;
  let converted: NativeFrame | undefined;
  let ready: NativeFrame | undefined;

  const freeConverted = (): void => {
    converted?.free();
    converted = undefined;
    scaler?.freeContext();
    scaler = undefined;
  };

  /** To I420, BT.601, limited range. */
  const convert = async (native: NativeFrame): Promise<NativeFrame> => {
    if (converted?.width !== native.width || converted.height !== native.height) {
      freeConverted();
      converted = new NativeFrame();
      converted.alloc();
      converted.width = native.width;
      converted.height = native.height;
      converted.format = AV_PIX_FMT_YUV420P;
      converted.colorRange = AVCOL_RANGE_MPEG;
      converted.colorSpace = AVCOL_SPC_SMPTE170M;
      FFmpegError.throwIfError(converted.getBuffer(0), 'a buffer for conversion');
    }
    if (scaler === undefined) {
      // Left without sizes, it takes formats, ranges and matrices from the frames themselves.
      scaler = new SoftwareScaleContext();
      scaler.allocContext();
    }
    FFmpegError.throwIfError(await scaler.scaleFrame(converted, native), 'converting the pixel format');
    return converted;
  };

  const fill = (id: number, capturedAtMs: number): Frame | undefined => {
    const from = ready;
    if (from === undefined) return undefined;
    const widthPx = from.width & ~1;
    const heightPx = from.height & ~1;
    const fullRange = from.format === AV_PIX_FMT_YUVJ420P || from.colorRange === AVCOL_RANGE_JPEG;
    return pool.frame({ id, capturedAtMs, widthPx, heightPx, fullRange }, (y, u, v) => {
      const planes: readonly Plane[] = [y, u, v];
      avImageCopy2(
        // The binding asks for buffers and takes any bytes, shared ones too.
        planes.map(({ data }) => data as Buffer),
        planes.map(({ stridePx }) => stridePx),
        from.data ?? [],
        from.linesize,
        AV_PIX_FMT_YUV420P,
        widthPx,
        heightPx,
      );
    });
  };

  return {
    copy: async (native, id, capturedAtMs) => {
      ready = isI420(native) ? native : await convert(native);
      return fill(id, capturedAtMs);
    },
    retry: fill,
    [Symbol.dispose]: freeConverted,
  };
};
