/** Sequence number of a frame within its source, from 0. */
export type FrameId = number;

/** One 8-bit plane of a picture, row after row; `stridePx` samples from one row to the next. */
export type Plane = {
  readonly data: Uint8Array;
  readonly stridePx: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

/**
 * A picture with its capture time: I420 (BT.601, limited range unless `fullRange`), chroma planes at half size.
 * The planes lie in a pooled buffer: whoever disposes the frame gives the buffer back, and must not read it again.
 */
export type Frame = Disposable & {
  readonly id: FrameId;
  /** Milliseconds on the source's clock, from its first frame; never decreasing. */
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
  readonly fullRange: boolean;
};
