import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { whenFree } from '../ingest/when-free.ts';
import type { FlowChannel } from './flow-channel.ts';
import type { PlannedFlowFrame } from './flow-plan.ts';

/** The frames of a channel with what is in them, as fast as they are taken; a full pool is waited for. The consumer owns each frame. */
export async function* renderFlow(
  channel: FlowChannel,
  pool: FramePool,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly frame: Frame; readonly planned: PlannedFlowFrame }, void, undefined> {
  const plan = channel.startPlan();
  const { width: widthPx, height: heightPx, frames } = channel.options;
  for (let id = 0; id < frames; id++) {
    const planned = plan.frame(id);
    const header = { id, capturedAtMs: planned.capturedAtMs, widthPx, heightPx, fullRange: false };
    const frame = await whenFree(async () => pool.frame(header, (y, u, v) => channel.render(planned, y, u, v)), signal);
    yield { frame, planned };
  }
}
