import { seededRandom } from '../../domain/random.ts';
import type { MotRow } from '../../models/evaluate/track/mot-text.ts';
import { type CrossingLine, stepOver } from '../../pipelines/flow/crossing-line.ts';
import { advanceFlow, emptyFlow, FLOW_RULES, type FlowObservation, type FlowRules } from '../../pipelines/flow/flow-world.ts';
import type { FlowOptions } from '../microscope/flow-options.ts';
import { createFlowPlan, type FlowKind, isTold, type PlannedFlowFrame } from '../microscope/flow-plan.ts';
import { createFlowDetector } from './flow-detector.ts';

/** Crossings of a line in each direction. */
export type Crossings = { readonly forward: number; readonly backward: number };

/** What is known of a scene before anybody tracks it: the truth, what a detector made of it, and the true crossings of the middle line. */
export type FlowScene = {
  readonly options: FlowOptions;
  readonly truth: readonly (MotRow & { readonly visible: number })[];
  readonly observations: readonly FlowObservation[];
  readonly line: CrossingLine;
  readonly crossings: Crossings;
};

export const CLASSES: readonly string[] = ['RBC', 'WBC', 'Platelets'];

/** Sizes as the shipped cells have them at this scale, for scenes that nobody looks at. */
export const plainKinds = (seed: number): FlowKind[] => {
  const random = seededRandom(seed ^ 0x51e5);
  const size = { RBC: [44, 55], WBC: [74, 95], Platelets: [14, 24] } as const;
  return Array.from({ length: 24 }, (_, i): FlowKind => {
    const name = (['RBC', 'RBC', 'WBC', 'Platelets'] as const)[i % 4]!;
    const [least, most] = size[name];
    const widthPx = random.between(least, most);
    return { class: name, widthPx, heightPx: widthPx * random.between(0.8, 1) };
  });
};

/** Crossings of a line by true middles, each identity's way walked frame by frame. */
export const trueCrossings = (frames: readonly PlannedFlowFrame[], line: CrossingLine): Crossings => {
  const stands = new Map<number, ReturnType<typeof stepOver>['stand']>();
  const counts = { forward: 0, backward: 0 };
  for (const { cells } of frames)
    for (const { id, x, y } of cells) {
      const { stand, crossed } = stepOver(line, stands.get(id), { x, y }, 0);
      stands.set(id, stand);
      if (crossed !== undefined) counts[crossed]++;
    }
  return counts;
};

export const middleLine = ({ width, height }: FlowOptions): CrossingLine => [width / 2, 0, width / 2, height];

/** The true rows of planned frames, in MOTChallenge's counting. */
export const truthRows = (frames: readonly PlannedFlowFrame[], kinds: readonly FlowKind[]): FlowScene['truth'] =>
  frames.flatMap(({ id: frame, cells }) =>
    cells
      .filter((cell) => isTold(cell, kinds[cell.kind]!))
      .map(({ id, box, visible }) => ({ frame: frame + 1, id, box, score: 1, visible })),
  );

/** A scene with a detector's boxes instead of pictures. */
export const flowScene = (options: FlowOptions): FlowScene => {
  const kinds = plainKinds(options.seed);
  const plan = createFlowPlan(options, kinds);
  const frames = Array.from({ length: options.frames }, (_, id) => plan.frame(id));
  const detect = createFlowDetector(options.seed, options, CLASSES);
  const line = middleLine(options);
  return {
    options,
    truth: truthRows(frames, kinds),
    observations: frames.map((frame) => ({
      frameId: frame.id,
      atMs: frame.capturedAtMs,
      widthPx: options.width,
      heightPx: options.height,
      detections: detect(frame),
    })),
    line,
    crossings: trueCrossings(frames, line),
  };
};

export type Tracked = { readonly rows: readonly MotRow[]; readonly crossings: Crossings; readonly identities: number };

/** Tracks a scene's observations. Rows are what was known at the time of their frame: nothing is added in hindsight. */
export const trackScene = (
  { observations, line }: Pick<FlowScene, 'observations' | 'line'>,
  classes: number,
  rules: Partial<FlowRules> = {},
): Tracked => {
  const all: FlowRules = { ...FLOW_RULES, classes, lines: [line], ...rules };
  const rows: MotRow[] = [];
  const crossings = { forward: 0, backward: 0 };
  let world = emptyFlow();
  for (const observation of observations) {
    world = advanceFlow(world, observation, all);
    for (const { direction } of world.crossings) crossings[direction]++;
    for (const { id, box, score, from } of world.sightings)
      if (from !== 'early') rows.push({ frame: observation.frameId + 1, id, box, score });
  }
  return { rows, crossings, identities: world.confirmed };
};
