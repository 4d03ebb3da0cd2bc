import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import type { Engine } from '../../models/engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createSmearCounter } from '../../pipelines/smear-counter.ts';
import type { Scan } from '../microscope/prepare-scan.ts';
import { renderFrames } from '../microscope/render-scan.ts';
import { type Matched, matchTruth } from './match-truth.ts';

/** What counting made of one scan, beside what was there. */
export type CountRun = {
  readonly classes: readonly { readonly class: string; readonly truth: number; readonly counted: number }[];
  readonly match: Matched;
  readonly frames: FieldReport['frames'];
  readonly islands: number;
  readonly slide: FieldReport['slide'];
};

type Place = { readonly x: number; readonly y: number };

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/**
 * Counts a scan offline and pairs what it counted with the truth. An island's origin on the slide is the median of where its frames say it is;
 * islands that were joined are placed by what their frames say in the end. `onFrame` borrows each frame with its report.
 */
export const runCountScan = async (
  scan: Scan,
  truth: ScanTruth,
  engine: Engine,
  signal: AbortSignal,
  onFrame: (report: FieldReport) => void = () => {},
): Promise<CountRun> => {
  const pool = createFramePool({ maxBuffers: 8 });
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { frame } of renderFrames(scan, pool, signal)) yield frame;
  }
  const ports = { engine, now: () => performance.now() };
  const options = { umPerPx: truth.umPerPx, exposureMs: scan.options.exposureMs };
  const counter = createSmearCounter(ports, options);
  const { classes } = engine.card;
  /** For each keyframe where its corner lies on the slide, by the frames that became it. */
  const corners = new Map<number, Place>();
  let last: FieldReport | undefined;
  for await (const { frame, report } of countFrames(frames(), ports, options, counter)) {
    frame[Symbol.dispose]();
    last = report;
    const at = truth.frames[report.frameId];
    if (report.keyframe !== undefined && at !== undefined) corners.set(report.keyframe, { x: at.x, y: at.y });
    onFrame(report);
  }
  const origins = new Map<number, Place[]>();
  for (const { id, island, x, y } of counter.keyframes) {
    const corner = corners.get(id);
    if (corner !== undefined) origins.set(island, [...(origins.get(island) ?? []), { x: corner.x - x, y: corner.y - y }]);
  }
  const originOf = (island: number): Place => {
    const all = origins.get(island) ?? [];
    return { x: middle(all.map(({ x }) => x)), y: middle(all.map(({ y }) => y)) };
  };
  const placed = new Map([...origins.keys()].map((island) => [island, originOf(island)]));
  const counted = counter.cells.flatMap((cell) =>
    cell.state !== 'counted'
      ? []
      : [
          {
            class: classes[cell.classIndex] ?? String(cell.classIndex),
            box: counter.placeOf(cell),
            origin: placed.get(cell.keyframe.island) ?? { x: 0, y: 0 },
          },
        ],
  );
  return {
    classes: classes.map((name, i) => ({
      class: name,
      truth: truth.cells.filter((cell) => cell.seen && cell.class === name).length,
      counted: last?.counts[i] ?? 0,
    })),
    match: matchTruth(counted, truth.cells),
    frames: last?.frames ?? { decoded: 0, registered: 0, inferred: 0, rejected: {}, dropped: {} },
    islands: last?.slide.islands ?? 0,
    slide: last?.slide ?? { islands: 0, keyframes: 0, areaUm2: 0 },
  };
};
