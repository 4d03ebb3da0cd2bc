import { FaultError } from '../domain/fault.ts';
import type { Frame, FrameId, Plane } from '../domain/frame.ts';

/** What is said of a picture before its planes are filled. */
export type FrameHeader = {
  readonly id: FrameId;
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fullRange: boolean;
};

/** Writes a picture's planes; chroma planes are half as wide and high, rounded up. */
export type FillPlanes = (y: Plane, u: Plane, v: Plane) => void;

/** Buffers that frames of any size are made in and that come back with each frame's last handle. */
export type FramePool = {
  /** A frame whose planes `fill` writes; what they held before is arbitrary. `undefined` when every buffer is out: the caller counts the drop. */
  frame(header: FrameHeader, fill: FillPlanes): Frame | undefined;
  /** Buffers that frames hold right now. */
  readonly outstanding: number;
  /** Times that `frame` gave `undefined`. */
  readonly exhausted: number;
};

type Picture = { readonly bytes: Uint8Array; handles: number };

const plane = (bytes: Uint8Array, offset: number, widthPx: number, heightPx: number): Plane => ({
  data: bytes.subarray(offset, offset + widthPx * heightPx),
  stridePx: widthPx,
  widthPx,
  heightPx,
});

/**
 * A pool of at most `maxBuffers` buffers, made on demand. They are shared memory, so that a worker may fill them.
 * Free buffers of another size than the latest frame's are let go: a source that changes its size keeps no old ones.
 */
export const createFramePool = ({ maxBuffers = 32 }: { readonly maxBuffers?: number } = {}): FramePool => {
  let free: Uint8Array[] = [];
  let sizeInUse = 0;
  let outstanding = 0;
  let exhausted = 0;

  const giveBack = (bytes: Uint8Array): void => {
    outstanding--;
    if (bytes.length === sizeInUse) free.push(bytes);
  };

  const handle = (header: FrameHeader, picture: Picture, y: Plane, u: Plane, v: Plane): Frame => {
    let held = true;
    picture.handles++;
    return {
      ...header,
      y,
      u,
      v,
      retain: () => {
        if (held) return handle(header, picture, y, u, v);
        throw new FaultError({
          kind: 'internal',
          what: `frame ${header.id} was retained after its handle was disposed`,
          remedy: 'retain it before',
        });
      },
      /** Disposing a handle again does nothing, so that it cannot take the picture from another handle. */
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        if (--picture.handles === 0) giveBack(picture.bytes);
      },
    };
  };

  return {
    frame: (header, fill) => {
      if (outstanding >= maxBuffers) {
        exhausted++;
        return undefined;
      }
      const { id, capturedAtMs, widthPx, heightPx, fullRange } = header;
      const chromaWidthPx = (widthPx + 1) >> 1;
      const chromaHeightPx = (heightPx + 1) >> 1;
      const lumaBytes = widthPx * heightPx;
      const chromaBytes = chromaWidthPx * chromaHeightPx;
      const size = lumaBytes + 2 * chromaBytes;
      if (size !== sizeInUse) {
        free = [];
        sizeInUse = size;
      }
      const bytes = free.pop() ?? new Uint8Array(new SharedArrayBuffer(size));
      outstanding++;
      const y = plane(bytes, 0, widthPx, heightPx);
      const u = plane(bytes, lumaBytes, chromaWidthPx, chromaHeightPx);
      const v = plane(bytes, lumaBytes + chromaBytes, chromaWidthPx, chromaHeightPx);
      try {
        fill(y, u, v);
      } catch (error) {
        giveBack(bytes);
        throw error;
      }
      return handle({ id, capturedAtMs, widthPx, heightPx, fullRange }, { bytes, handles: 0 }, y, u, v);
    },
    get outstanding() {
      return outstanding;
    },
    get exhausted() {
      return exhausted;
    },
  };
};
