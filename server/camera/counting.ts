import { type OperatorFunction, Subject } from 'rxjs';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, intersectBoxes, translateBox } from '../../domain/geometry.ts';
import type { Engine } from '../../models/engine.ts';
import { countSmear } from '../../pipelines/count-smear.ts';
import { countFlow } from '../../pipelines/flow/count-flow.ts';
import { createFlowCounter } from '../../pipelines/flow/flow-counter.ts';
import type { SavedSlideMap } from '../../pipelines/slide/slide-map-file.ts';
import { type Annotated, type CountPorts, createSmearCounter, type SmearCounter } from '../../pipelines/smear-counter.ts';
import { readLines } from '../read-lines.ts';
import type { CameraSettings } from './camera-messages.ts';

/** A camera's count as it goes on. */
export type Counting = {
  /** The counter of a smear, which the map is told from; flowing cells have no map. */
  readonly counter: SmearCounter | undefined;
  /** The frame that was reported last, lent for this moment. */
  readonly last: Frame | undefined;
  /** Consumes the frame. */
  push(frame: Frame): void;
  /** Settles when what was still to be analysed is, and the last frame was reported again with it. */
  finish(): Promise<void>;
  stop(): void;
  /** Forgets map or tracks, and counts. */
  reset(): void;
};

export type CountingPorts = {
  readonly engine: Engine;
  /** Borrows the frame. */
  readonly onReport: (frame: Frame, report: FieldReport) => void;
  readonly onError: (error: unknown) => void;
} & Pick<CountPorts, 'onSighted' | 'onStep'>;

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
export const startCounting = (umPerPx: number, settings: CameraSettings, ports: CountingPorts, saved?: SavedSlideMap): Counting => {
  const { exposureMs, maxSmearPx, minSharpness, thickCover, thickOverlap, thinCover, line } = settings;
  const { engine } = ports;
  const now = (): number => performance.now();
  if (settings.specimen === 'flow') {
    const counter = createFlowCounter({ engine, now }, { umPerPx, minSharpness, lines: readLines(line) });
    const resets = new Subject<void>();
    return startRun(ports, countFlow(counter, resets), (report) => ({ ...report, counts: [...counter.record.counts] }), {
      counter: undefined,
      reset: () => {
        counter.reset();
        resets.next();
      },
    });
  }
  const counter = createSmearCounter(
    { engine, now, ...(ports.onSighted && { onSighted: ports.onSighted }), ...(ports.onStep && { onStep: ports.onStep }) },
    { umPerPx, exposureMs, maxSmearPx, minSharpness, thickCover, thickOverlap, thinCover },
    saved,
  );
  const atEnd = (report: FieldReport): FieldReport => brought(counter, engine.card.classes.length, report);
  return startRun(ports, countSmear(counter), atEnd, { counter, reset: () => counter.reset() });
};

/** Runs frames through a way of counting; `atEnd` brings the last report up to what is known then. */
const startRun = (
  { onReport, onError }: CountingPorts,
  count: OperatorFunction<Frame, Annotated>,
  atEnd: (report: FieldReport) => FieldReport,
  rest: Pick<Counting, 'counter' | 'reset'>,
): Counting => {
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
  const subscription = frames.pipe(count).subscribe({
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
      if (last !== undefined) onReport(last.frame, atEnd(last.report));
      letGo();
      settle();
    },
  });
  return {
    ...rest,
    get last() {
      return last?.frame;
    },
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
