import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import { createFlowCounter } from '../../pipelines/flow/flow-counter.ts';
import type { FlowObservation } from '../../pipelines/flow/flow-world.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { prepareFlow } from '../microscope/flow-channel.ts';
import { renderFlow } from '../microscope/flow-frames.ts';
import { FLOW_UM_PER_PX, type FlowOptions } from '../microscope/flow-options.ts';
import type { PlannedFlowFrame } from '../microscope/flow-plan.ts';
import { type FlowScene, middleLine, trueCrossings, truthRows } from './flow-scene.ts';

/** A scene whose frames are rendered and looked at by a real network. */
export const renderedScene = async (
  options: FlowOptions,
  engine: Engine,
  signal: AbortSignal,
  onFrame: (done: number) => void,
): Promise<FlowScene> => {
  const channel = await prepareFlow(options);
  const counter = createFlowCounter({ engine, now: () => 0 }, { umPerPx: FLOW_UM_PER_PX, lines: [] });
  const planned: PlannedFlowFrame[] = [];
  const observations: FlowObservation[] = [];
  for await (const { frame, planned: plan } of renderFlow(channel, createFramePool({ maxBuffers: 4 }), signal)) {
    using shown: Frame = frame;
    planned.push(plan);
    observations.push(await counter.observe(counter.task(shown), signal));
    onFrame(planned.length);
  }
  const line = middleLine(options);
  return { options, truth: truthRows(planned, channel.sprites), observations, line, crossings: trueCrossings(planned, line) };
};
