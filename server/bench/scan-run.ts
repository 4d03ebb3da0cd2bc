import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { ScanTruth, TrueFrame } from '../../domain/scan-truth.ts';
import type { Engine } from '../../models/engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import type { Scan } from '../microscope/prepare-scan.ts';
import { renderFrames } from '../microscope/render-scan.ts';

/** What counting made of one scan, beside what was there. */
export type ScanFigures = {
  readonly seed: number;
  readonly frames: number;
  readonly registered: number;
  readonly inferred: number;
  readonly islands: number;
  /** Distance of each registered frame from its true place, in pixels, both measured from the first frame. */
  readonly placementErrorsPx: readonly number[];
  /** Cells that a sharp frame showed whole, against cells counted, for each class. */
  readonly classes: readonly { readonly class: string; readonly truth: number; readonly counted: number }[];
  readonly stageMs: Readonly<Record<string, number>>;
};

/** Difference of the totals, as a share of the truth, signed. */
export const totalError = ({ classes }: ScanFigures): number => {
  const truth = classes.reduce((sum, one) => sum + one.truth, 0);
  return (classes.reduce((sum, one) => sum + one.counted, 0) - truth) / Math.max(1, truth);
};

/** The largest difference of any class, as a share of that class. */
export const worstClassError = ({ classes }: ScanFigures): number =>
  Math.max(...classes.map(({ truth, counted }) => Math.abs(counted - truth) / Math.max(1, truth)));

const placementError = (report: FieldReport, at: TrueFrame, first: TrueFrame): number | undefined =>
  report.placement === undefined ? undefined : Math.hypot(report.placement.x - (at.x - first.x), report.placement.y - (at.y - first.y));

/** Counts a virtual scan offline with an engine (the network, or the truth in its place). */
export const runScan = async (
  scan: Scan,
  truth: ScanTruth,
  engine: Engine,
  signal: AbortSignal,
  onFrame: () => void,
): Promise<ScanFigures> => {
  const pool = createFramePool({ maxBuffers: 8 });
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { frame } of renderFrames(scan, pool, signal)) yield frame;
  }
  const errors: number[] = [];
  let last: FieldReport | undefined;
  for await (const { frame, report } of countFrames(frames(), { engine, now: () => performance.now() }, { umPerPx: truth.umPerPx })) {
    frame[Symbol.dispose]();
    const error = placementError(report, truth.frames[report.frameId]!, truth.frames[0]!);
    if (error !== undefined) errors.push(error);
    last = report;
    onFrame();
  }
  return {
    seed: truth.seed,
    frames: truth.frames.length,
    registered: last?.frames.registered ?? 0,
    inferred: last?.frames.inferred ?? 0,
    islands: last?.slide.islands ?? 0,
    placementErrorsPx: errors,
    classes: engine.card.classes.map((name, index) => ({
      class: name,
      truth: truth.cells.filter((cell) => cell.seen && cell.class === name).length,
      counted: last?.counts[index] ?? 0,
    })),
    stageMs: last?.stageMs ?? {},
  };
};
