import { FaultError } from '../../domain/fault.ts';
import type { Plane } from '../../domain/frame.ts';
import { type FlowOptions, type FlowRequest, flowOptions } from './flow-options.ts';
import { createFlowPlan, type PlannedFlowFrame } from './flow-plan.ts';
import { createFlowRender } from './flow-render.ts';
import { type FlowSprite, readFlowSprites } from './flow-sprites.ts';

/** A virtual channel before its first frame. */
export type FlowChannel = {
  readonly options: FlowOptions;
  readonly sprites: readonly FlowSprite[];
  /** The endless plan of frames from the first on; each plan goes forwards only. */
  startPlan(): { frame(id: number): PlannedFlowFrame };
  render(frame: PlannedFlowFrame, y: Plane, u: Plane, v: Plane): void;
};

/** Options from what was asked for; throws a `usage` fault that names the first wrong one. */
export const parseFlowRequest = (request: FlowRequest): FlowOptions => {
  const parsed = flowOptions.safeParse(request);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'options');
  throw new FaultError({
    kind: 'usage',
    what: `the virtual channel cannot take ${name}: ${issue?.message}`,
    remedy: `it knows ${Object.keys(flowOptions.shape).join(', ')}`,
  });
};

/** Cuts the cells out and paints the empty channel; under a second. Faults: `usage`, `data`. */
export const prepareFlow = async (request: FlowRequest = {}): Promise<FlowChannel> => {
  const options = parseFlowRequest(request);
  const { sprites, glass } = await readFlowSprites();
  return {
    options,
    sprites,
    startPlan: () => createFlowPlan(options, sprites),
    render: createFlowRender(options, sprites, glass),
  };
};
