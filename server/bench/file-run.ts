import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Engine } from '../../models/engine.ts';
import { countFrames } from '../../pipelines/count-frames.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { runSimulate } from '../cli/simulate.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { fullFrameMs } from './network-cost.ts';

export type FileFigures = {
  readonly frames: number;
  readonly framesPerSecond: number;
  readonly report: FieldReport | undefined;
  /** Time of the network for one whole frame: what every frame would cost without planning. */
  readonly networkFrameMs: number;
};

/** Writes a scan as a video file, then counts the file as `count` does, and measures the pace of the whole pipeline. */
export const runFile = async (seed: number, frames: number, umPerPx: number, engine: Engine, signal: AbortSignal): Promise<FileFigures> => {
  const folder = await mkdtemp(join(tmpdir(), 'smearscope-bench-'));
  try {
    const path = join(folder, 'scan.mp4');
    await runSimulate({ seed, frames, out: path }, { stdout: () => {}, stderr: () => {}, signal, command: '' });
    const pool = createFramePool({ maxBuffers: 8 });
    let networkFrameMs = 0;
    for await (const frame of readFrames(path, { pool, signal })) {
      using shown = frame;
      networkFrameMs = await fullFrameMs(engine, shown, umPerPx);
      break;
    }
    const startedAt = performance.now();
    let counted = 0;
    let report: FieldReport | undefined;
    for await (const annotated of countFrames(readFrames(path, { pool, signal }), { engine, now: () => performance.now() }, { umPerPx })) {
      annotated.frame[Symbol.dispose]();
      report = annotated.report;
      counted++;
    }
    return { frames: counted, framesPerSecond: (counted * 1000) / (performance.now() - startedAt), report, networkFrameMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
