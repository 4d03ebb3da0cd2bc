import { Subject } from 'rxjs';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { Engine } from '../../models/engine.ts';
import { countSmear } from '../../pipelines/count-smear.ts';
import { createSmearCounter, type SmearCounter } from '../../pipelines/smear-counter.ts';
import type { CameraSettings } from './camera-messages.ts';

/** A camera's count as it goes on. */
export type Counting = {
  readonly counter: SmearCounter;
  /** Consumes the frame. */
  push(frame: Frame): void;
  /** Settles when what was still to be analysed is, and the last frame was reported again with it. */
  finish(): Promise<void>;
  stop(): void;
};

export type CountingPorts = {
  readonly engine: Engine;
  /** Borrows the frame. */
  readonly onReport: (frame: Frame, report: FieldReport) => void;
  readonly onError: (error: unknown) => void;
};

/** The report of a frame once more, with the cells and counts of the present map. */
const brought = (counter: SmearCounter, classes: number, report: FieldReport): FieldReport => {
  const counts = Array.from({ length: classes }, () => 0);
  const boxes: FieldReport['boxes'] = [];
  const { placement, widthPx, heightPx } = report;
  const field: Box = [0, 0, widthPx, heightPx];
  for (const cell of counter.cells) {
    if (cell.state === 'withdrawn') continue;
    if (cell.state === 'counted') counts[cell.classIndex]!++;
    if (placement === undefined || cell.keyframe.island !== placement.island) continue;
    const box = translateBox(counter.placeOf(cell), { x: -placement.x, y: -placement.y });
    if (intersectBoxes(box, field) !== undefined)
      boxes.push({ id: cell.id, classIndex: cell.classIndex, score: cell.score, box: [box[0], box[1], box[2], box[3]], state: cell.state });
  }
  return { ...report, counts, boxes };
};

/** Counts the frames that are pushed, live: each is reported at once, the network runs beside. */
export const startCounting = (
  umPerPx: number,
  { exposureMs, maxSmearPx, minSharpness }: CameraSettings,
  { engine, onReport, onError }: CountingPorts,
): Counting => {
  const counter = createSmearCounter({ engine, now: () => performance.now() }, { umPerPx, exposureMs, maxSmearPx, minSharpness });
  const frames = new Subject<Frame>();
  let last: { readonly frame: Frame; readonly report: FieldReport } | undefined;
  const letGo = (): void => {
    last?.frame[Symbol.dispose]();
    last = undefined;
  };
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const subscription = frames.pipe(countSmear(counter)).subscribe({
    next: (annotated) => {
      letGo();
      last = annotated;
      onReport(annotated.frame, annotated.report);
    },
    error: (error: unknown) => {
      letGo();
      settle();
      onError(error);
    },
    complete: () => {
      if (last !== undefined) onReport(last.frame, brought(counter, engine.card.classes.length, last.report));
      letGo();
      settle();
    },
  });
  return {
    counter,
    push: (frame) => {
      if (subscription.closed) frame[Symbol.dispose]();
      else frames.next(frame);
    },
    finish: () => {
      frames.complete();
      return settled;
    },
    stop: () => {
      subscription.unsubscribe();
      letGo();
      settle();
    },
  };
};
