import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Detection } from '../../../domain/detection.ts';
import type { FieldReport } from '../../../domain/field-report.ts';
import { fieldReport } from '../../../domain/field-report.ts';
import type { Frame } from '../../../domain/frame.ts';
import { seededRandom } from '../../../domain/random.ts';
import type { Engine } from '../../../models/engine.ts';
import { countFlow } from '../../../pipelines/flow/count-flow.ts';
import { countFlowFrames } from '../../../pipelines/flow/count-flow-frames.ts';
import { createFlowCounter } from '../../../pipelines/flow/flow-counter.ts';
import { createFramePool } from '../../../pipelines/frame-pool.ts';
import { quiet } from '../operators/play-marbles.ts';
import { scanCard } from '../scan-card.ts';

const WIDTH = 320;
const HEIGHT = 200;

/** An engine that finds one cell, 6 px farther to the right in each frame. */
const engine: Engine = {
  name: 'known',
  card: scanCard,
  draws: [],
  tiling: () => ({ tilePx: 400, overlapPx: 100, edgePx: 0.01 }),
  detect: async (frame): Promise<Detection[][]> => {
    const x = 20 + 6 * frame.id;
    return [x > WIDTH - 40 ? [] : [{ box: [x, 80, x + 40, 120], classIndex: 1, score: 0.9 }]];
  },
  [Symbol.asyncDispose]: async () => {},
};

const start = (detect: Engine['detect'] = engine.detect) => {
  const pool = createFramePool({ maxBuffers: 8 });
  const random = seededRandom(1);
  // Blocks of 8 px: detail that outlasts the gate's quarter scale.
  const blocks = Array.from({ length: (WIDTH * HEIGHT) / 64 }, () => 90 + random.integer(80));
  const texture = Uint8Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => blocks[((i >> 3) % (WIDTH / 8)) + Math.floor(i / WIDTH / 8) * (WIDTH / 8)]!,
  );
  const frame = (id: number): Frame =>
    pool.frame({ id, capturedAtMs: id * 33, widthPx: WIDTH, heightPx: HEIGHT, fullRange: true }, (y) => y.data.set(texture))!;
  const counter = createFlowCounter({ engine: { ...engine, detect }, now: () => 0 }, { umPerPx: 0.144, lines: [[0.5, 0, 0.5, 1]] });
  return { pool, frame, counter };
};

describe('counting flowing cells', () => {
  test('offline: every frame is looked at, the cell counted and its crossing too, and every buffer comes back', async () => {
    const { pool, frame, counter } = start();
    async function* frames(): AsyncGenerator<Frame> {
      for (let id = 0; id < 45; id++) yield frame(id);
    }
    let last: FieldReport | undefined;
    for await (const annotated of countFlowFrames(frames(), counter)) {
      last = fieldReport.parse(annotated.report);
      annotated.frame[Symbol.dispose]();
    }
    expect(last).toMatchObject({ counts: [0, 1, 0], frames: { decoded: 45, inferred: 45, dropped: {} } });
    expect(last?.flow?.crossings).toEqual([{ line: [160, 0, 160, 200], forward: 1, backward: 0 }]);
    // 6 px in 33 ms at 0.144 µm/px.
    expect(last?.flow?.medianUmPerS).toBeCloseTo((6 / 0.033) * 0.144, 0);
    expect(pool.outstanding).toBe(0);
  });

  test('live: frames leave at once with cells carried on, those the network does not come to are counted as dropped', async () => {
    const waiting: (() => void)[] = [];
    const { pool, frame, counter } = start((...given) => new Promise((resolve) => waiting.push(() => resolve(engine.detect(...given)))));
    const answer = async (): Promise<void> => {
      waiting.shift()?.();
      await quiet();
    };
    const source = new Subject<Frame>();
    const resets = new Subject<void>();
    const reports: FieldReport[] = [];
    let ended = false;
    source.pipe(countFlow(counter, resets)).subscribe({
      next: (annotated) => {
        reports.push(annotated.report);
        annotated.frame[Symbol.dispose]();
      },
      complete: () => {
        ended = true;
      },
    });
    for (let id = 0; id < 4; id++) {
      source.next(frame(id));
      await answer();
    }
    for (let id = 4; id < 8; id++) source.next(frame(id));
    expect(reports).toHaveLength(8);
    expect(reports.at(-1)?.boxes).toMatchObject([{ id: 1, classIndex: 1 }]);
    expect(Math.abs((reports.at(-1)?.boxes[0]?.box[0] ?? 0) - (20 + 6 * 7))).toBeLessThan(3);
    await answer();
    await answer();
    source.next(frame(8));
    expect(reports.at(-1)?.frames).toMatchObject({ decoded: 9, inferred: 6, dropped: { infer: 2 } });
    counter.reset();
    resets.next();
    await answer();
    source.next(frame(9));
    expect(reports.at(-1)?.counts).toEqual([0, 0, 0]);
    source.complete();
    await answer();
    await answer();
    expect(ended).toBe(true);
    expect(pool.outstanding).toBe(0);
  });

  test('unsubscribing gives every buffer back', async () => {
    const { pool, frame, counter } = start(() => new Promise(() => {}));
    const source = new Subject<Frame>();
    const subscription = source.pipe(countFlow(counter, new Subject())).subscribe(({ frame: shown }) => shown[Symbol.dispose]());
    for (let id = 0; id < 3; id++) source.next(frame(id));
    subscription.unsubscribe();
    await quiet();
    // The one that the network holds comes back with its answer.
    expect(pool.outstanding).toBe(1);
  });
});
