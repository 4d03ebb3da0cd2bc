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
 * The planes lie in a pooled buffer that is counted by handles: each handle is disposed once, and the last one gives the buffer back.
 * Nothing reads a frame after disposing its own handle.
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
  /** Another handle on the same picture, to be disposed on its own. */
  retain(): Frame;
};
