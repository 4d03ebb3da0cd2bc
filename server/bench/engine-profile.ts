import type { Tile } from '../../domain/detection.ts';
import type { EngineName, Precision } from '../../domain/engine-name.ts';
import { FaultError } from '../../domain/fault.ts';
import type { Bundle } from '../../models/runtime/bundle.ts';
import { createNetworkEngine, networkData } from '../../models/runtime/network-engine.ts';
import { openTileNetwork, type StageMs } from '../../models/runtime/tile-network.ts';
import { tileFrame } from '../../pipelines/stages/tiling.ts';
import type { EngineFields } from './engine-fields.ts';
import { percentile } from './figures.ts';

/** Where the time of one call goes: medians in ms for a call with `batch` fields' tiles. */
export type EngineProfile = {
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly threads: number;
  readonly batch: number;
  /** Whether cells were drawn too. */
  readonly outlines: boolean;
  /** Resampling, colours and what makes them the network's input. */
  readonly prepareMs: number;
  readonly networkMs: number;
  /** Decoding and non-maximum suppression. */
  readonly boxesMs: number;
  /** Drawing the cells; 0 where it was not asked for. */
  readonly outlinesMs: number;
  /** To the thread and back: the whole call less the above. */
  readonly copiesMs: number;
  readonly totalMs: number;
  /** For one field. */
  readonly fieldMs: number;
};

const WARM_RUNS = 3;

const median = (values: readonly number[]): number => percentile(values, 0.5) ?? 0;

/** Measures one engine with so many threads and fields' worth of tiles a call. Faults: `bundle`, `engine`. */
export const profileEngine = async (
  bundle: Bundle,
  fields: EngineFields,
  how: {
    readonly engine: EngineName;
    readonly precision: Precision;
    readonly threads: number;
    readonly batch: number;
    readonly outlines: boolean;
    readonly runs: number;
  },
): Promise<EngineProfile> => {
  const { engine: name, precision, threads, batch, outlines, runs } = how;
  const data = networkData(bundle, name, threads, precision, outlines);
  const scale = fields.umPerPx / bundle.card.umPerPx;

  await using engine = await createNetworkEngine(bundle, data);
  const tilesOf = (at: number): Tile[] => {
    const frame = fields.frames[at % fields.frames.length]!;
    const tiles = tileFrame(frame.widthPx, frame.heightPx, engine.tiling(fields.umPerPx));
    return Array.from({ length: batch }, () => tiles).flat();
  };
  const totals: number[] = [];
  for (let run = -WARM_RUNS; run < runs; run++) {
    const frame = fields.frames[(run + WARM_RUNS) % fields.frames.length]!;
    const startedAt = performance.now();
    await engine.detect(frame, tilesOf(run + WARM_RUNS), fields.umPerPx);
    if (run >= 0) totals.push(performance.now() - startedAt);
  }

  const network = await openTileNetwork(data);
  if (typeof network === 'string') throw new FaultError({ kind: 'bundle', bundle: bundle.dir, what: network, remedy: 'export it again' });
  const spent: StageMs[] = [];
  try {
    for (let run = -WARM_RUNS; run < runs; run++) {
      const frame = fields.frames[(run + WARM_RUNS) % fields.frames.length]!;
      const stages = { prepare: 0, network: 0, boxes: 0, outlines: 0 };
      const boxes = tilesOf(run + WARM_RUNS).map((tile) => tile.box);
      await network.detect(frame, boxes, scale, stages);
      if (run >= 0) spent.push(stages);
    }
  } finally {
    await network.release();
  }
  const stageMs = (stage: keyof StageMs): number => median(spent.map((one) => one[stage]));
  const stages = {
    prepareMs: stageMs('prepare'),
    networkMs: stageMs('network'),
    boxesMs: stageMs('boxes'),
    outlinesMs: stageMs('outlines'),
  };
  const inStages = Object.values(stages).reduce((sum, ms) => sum + ms, 0);
  const totalMs = median(totals);
  return {
    engine: name,
    precision,
    threads,
    batch,
    outlines: data.masks !== undefined,
    ...stages,
    copiesMs: Math.max(0, totalMs - inStages),
    totalMs,
    fieldMs: totalMs / batch,
  };
};
