import type { Detection } from '../../domain/detection.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import type { Engine } from '../../models/engine.ts';
import { advanceFlow, emptyFlow, FLOW_RULES, type FlowObservation } from '../../pipelines/flow/flow-world.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { cutEdges } from '../../pipelines/stages/cut-edges.ts';
import { createGate } from '../../pipelines/stages/gate.ts';
import { mergeTiles } from '../../pipelines/stages/merge-tiles.ts';
import { tileFrame } from '../../pipelines/stages/tiling.ts';
import type { Scan } from '../microscope/prepare-scan.ts';
import { renderFrames } from '../microscope/render-scan.ts';
import { trackPublic } from './flow-suite.ts';

/** Cells that a tracker without a map counted. */
export type BaselineCount = { readonly tracker: string; readonly counted: number };

/** What an engine finds in every frame of a scan, all of it; frames that are not sharp show nothing, as they do to the map. */
export const observeScan = async (
  scan: Scan,
  truth: ScanTruth,
  engine: Engine,
  signal: AbortSignal,
  onFrame: () => void,
): Promise<FlowObservation[]> => {
  const pool = createFramePool({ maxBuffers: 4 });
  const gate = createGate({ minSharpness: 0.6 });
  const tiling = engine.tiling(truth.umPerPx);
  const { edgePx, edgeShare } = cutEdges(engine, truth.umPerPx);
  const observations: FlowObservation[] = [];
  for await (const { frame: given } of renderFrames(scan, pool, signal)) {
    using frame = given;
    const { id, capturedAtMs, widthPx, heightPx } = frame;
    let detections: readonly Detection[] = [];
    if (gate(frame).quality === 'sharp') {
      const tiles = tileFrame(widthPx, heightPx, tiling);
      detections = mergeTiles(tiles, await engine.detect(frame, tiles, truth.umPerPx), edgePx, edgeShare);
    }
    observations.push({ frameId: id, atMs: capturedAtMs, widthPx, heightPx, detections });
    onFrame();
  }
  return observations;
};

/** Identities that the flow tracker tells apart in these observations, without a map. */
const trackWithoutMap = (observations: readonly FlowObservation[], classes: number): number => {
  let world = emptyFlow();
  for (const observation of observations) world = advanceFlow(world, observation, { ...FLOW_RULES, classes, lines: [] });
  return world.confirmed;
};

/** Counts by the flow tracker, and by the public trackers where there is a Python that has them. */
export const countWithoutMap = async (
  observations: readonly FlowObservation[],
  {
    classes,
    framesPerSecond,
    python,
    signal,
  }: { readonly classes: number; readonly framesPerSecond: number; readonly python: string | undefined; readonly signal: AbortSignal },
): Promise<BaselineCount[]> => {
  const counts = [{ tracker: 'flow tracker', counted: trackWithoutMap(observations, classes) }];
  if (python === undefined) return counts;
  const rows = await trackPublic(observations, framesPerSecond, python, signal);
  return [...counts, ...[...rows].map(([tracker, found]) => ({ tracker, counted: new Set(found.map(({ id }) => id)).size }))];
};
