import type { MeasureRequest } from '../../domain/calibration-measure.ts';
import type { CameraOrder, MeasureAnswer } from '../camera/camera-messages.ts';

/** The measurement that a camera process was asked for and has not answered yet; one at a time. */
export type MeasureDesk = {
  ask(request: MeasureRequest): Promise<MeasureAnswer>;
  settle(number: number, answer: MeasureAnswer): void;
  /** The process is gone. */
  giveUp(): void;
};

/** Red cells are looked for at many scales, on a machine that counts meanwhile. */
const ANSWER_WITHIN_MS = 60_000;

export const NOTHING_SHOWN: MeasureAnswer = { refused: 'the camera shows nothing: choose a source, or start the count anew' };
const BUSY: MeasureAnswer = { refused: 'the camera is measuring already: wait for it' };
const SILENT: MeasureAnswer = { refused: 'the camera gave no answer: try again' };

export const createMeasureDesk = (send: (order: CameraOrder) => void): MeasureDesk => {
  let open: { readonly number: number; readonly settle: (answer: MeasureAnswer) => void } | undefined;
  let last = 0;
  return {
    ask: (request) => {
      if (open !== undefined) return Promise.resolve(BUSY);
      const number = ++last;
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(SILENT), ANSWER_WITHIN_MS);
        const settle = (answer: MeasureAnswer): void => {
          clearTimeout(timer);
          open = undefined;
          resolve(answer);
        };
        open = { number, settle };
        send({ type: 'measure', number, request });
      });
    },
    settle: (number, answer) => {
      if (open?.number === number) open.settle(answer);
    },
    giveUp: () => open?.settle(NOTHING_SHOWN),
  };
};
