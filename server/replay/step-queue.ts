import type { Frame } from '../../domain/frame.ts';
import type { CountStep } from '../../pipelines/replay/count-step.ts';
import { cutPicture } from './lossless-picture.ts';
import type { RawStep } from './stored-step.ts';
import { tileParts } from './tile-parts.ts';

/** Steps that wait for the disk. */
export type StepQueue = {
  /** Borrows the frame of a `look` whose pictures are to be kept. */
  push(step: CountStep, frame?: Frame): void;
  /** All that wait, and the buffers of their pictures, which may be given away. */
  take(): { readonly taken: readonly RawStep[]; readonly transfer: readonly ArrayBuffer[] };
};

/** While the disk is slow so much waits, some minutes; beyond, steps are let go and that is said, or their pictures. */
const MOST_STEPS = 20_000;
const MOST_BYTES = 64 * 2 ** 20;

export const createStepQueue = (): StepQueue => {
  let waiting: RawStep[] = [];
  let bytes = 0;
  let lost = 0;
  return {
    push: (step, frame) => {
      if (waiting.length >= MOST_STEPS) {
        lost++;
        return;
      }
      if (lost > 0) waiting.push({ step: { kind: 'lost', steps: lost } });
      lost = 0;
      if (frame === undefined || step.kind !== 'look' || bytes > MOST_BYTES) {
        waiting.push({ step });
        return;
      }
      const pictures = tileParts(step.tiles, step.widthPx, step.heightPx).map((part) => cutPicture(frame, part));
      for (const { planes } of pictures) bytes += planes.length;
      waiting.push({ step, pictures });
    },
    take: () => {
      const taken = waiting;
      waiting = [];
      bytes = 0;
      return { taken, transfer: taken.flatMap(({ pictures = [] }) => pictures.map(({ planes }) => planes.buffer)) };
    },
  };
};
