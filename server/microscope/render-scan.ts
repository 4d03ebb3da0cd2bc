import type { Frame } from '../../domain/frame.ts';
import type { ScanTruth, TrueFrame } from '../../domain/scan-truth.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { whenFree } from '../ingest/when-free.ts';
import type { PlannedFrame } from './plan-scan.ts';
import { prepareScan, type Scan } from './prepare-scan.ts';
import type { ScanRequest } from './scan-options.ts';

export type RenderedFrame = { readonly frame: Frame; readonly trueFrame: TrueFrame };

/** Renders one planned frame into the pool; `undefined` when every buffer is out. */
export const renderFrame = (scan: Scan, { truth, smear, gain, turn }: PlannedFrame, pool: FramePool): Frame | undefined =>
  pool.frame(
    { id: truth.id, capturedAtMs: truth.capturedAtMs, widthPx: scan.options.width, heightPx: scan.options.height, fullRange: false },
    (y, u, v) => scan.render({ ...truth, smear, gain, ...(turn === undefined ? {} : { turn }) }, y, u, v),
  );

/** The frames of a prepared scan, as fast as they are taken; a full pool is waited for. The consumer owns each frame. */
export async function* renderFrames(scan: Scan, pool: FramePool, signal?: AbortSignal): AsyncGenerator<RenderedFrame, void, undefined> {
  const plan = scan.startPlan();
  for (let id = 0; id < scan.options.frames; id++) {
    const planned = plan.frame(id);
    const frame = await whenFree(async () => renderFrame(scan, planned, pool), signal);
    yield { frame, trueFrame: planned.truth };
  }
}

/** A whole scan: its frames with where each was taken, and at the end the full truth. The consumer owns each frame. Faults: `usage`, `data`. */
export async function* renderScan(
  request: ScanRequest,
  pool: FramePool,
  signal?: AbortSignal,
): AsyncGenerator<RenderedFrame, ScanTruth, undefined> {
  const scan = await prepareScan(request);
  yield* renderFrames(scan, pool, signal);
  return scan.truth();
}
