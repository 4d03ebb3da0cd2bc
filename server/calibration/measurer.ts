import type { MeasureRequest } from '../../domain/calibration-measure.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import type { MeasureAnswer } from '../camera/camera-messages.ts';
import { createJpegEncoder } from '../ingest/jpeg-encoder.ts';
import { type Look, lookFor } from './measure-frames.ts';

/** Measures on the frames of a running camera, before anything is done to them. */
export type Measurer = Disposable & {
  ask(number: number, request: MeasureRequest): void;
  /** Borrows the frame for this moment: what is looked at is a copy. */
  see(frame: Frame): void;
};

const PICTURE_WITHIN_MS = 6000;
const PICTURE_QUALITY = 92;

/** A copy that stays as it is while its original is worked on; `undefined` when every buffer is out. */
const copyOf = (frame: Frame, pool: FramePool): Frame | undefined => {
  const { id, capturedAtMs, widthPx, heightPx, fullRange } = frame;
  return pool.frame({ id, capturedAtMs, widthPx, heightPx, fullRange }, (y, u, v) => {
    y.data.set(frame.y.data);
    u.data.set(frame.u.data);
    v.data.set(frame.v.data);
  });
};

export const createMeasurer = (
  pool: FramePool,
  engine: () => Engine | undefined,
  answer: (number: number, answer: MeasureAnswer) => void,
): Measurer => {
  let open: { readonly number: number; readonly look: Look; readonly timer: NodeJS.Timeout } | undefined;
  let looking = false;

  const settle = (number: number, found: MeasureAnswer): void => {
    if (open?.number !== number) return;
    clearTimeout(open.timer);
    open = undefined;
    answer(number, found);
  };
  const lookAt = async (copy: Frame, { number, look }: NonNullable<typeof open>): Promise<void> => {
    using frame = copy;
    looking = true;
    try {
      const found = await look(frame);
      if (found === undefined) return;
      if ('refused' in found) settle(number, found);
      else {
        using encoder = createJpegEncoder({ quality: PICTURE_QUALITY });
        settle(number, { measured: found.measured, picture: await encoder.encode(frame) });
      }
    } catch (error) {
      settle(number, {
        refused: `the pictures could not be measured (${error instanceof Error ? error.message : error}): try again`.slice(0, 500),
      });
    } finally {
      looking = false;
    }
  };

  return {
    ask: (number, request) => {
      if (open !== undefined) settle(open.number, { refused: 'another measurement was asked for' });
      const timer = setTimeout(
        () => settle(number, { refused: 'no picture came for 6 s: let the camera run while it measures' }),
        PICTURE_WITHIN_MS,
      );
      open = { number, look: lookFor(request, engine()), timer };
    },
    see: (frame) => {
      if (open === undefined || looking) return;
      open.timer.refresh();
      const copy = copyOf(frame, pool);
      if (copy !== undefined) void lookAt(copy, open);
    },
    [Symbol.dispose]: () => {
      if (open !== undefined) clearTimeout(open.timer);
      open = undefined;
    },
  };
};
