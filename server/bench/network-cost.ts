import type { Frame } from '../../domain/frame.ts';
import type { Engine } from '../../models/engine.ts';
import { tileFrame } from '../../pipelines/stages/tiling.ts';
import { percentile } from './figures.ts';

const RUNS = 12;

/** Median time of the network for all tiles of a frame, preprocessing and non-maximum suppression included, in ms. Borrows the frame. */
export const fullFrameMs = async (engine: Engine, frame: Frame, umPerPx: number): Promise<number> => {
  const tiles = tileFrame(frame.widthPx, frame.heightPx, engine.tiling(umPerPx));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await engine.detect(frame, tiles, umPerPx);
    times.push(performance.now() - startedAt);
  }
  return percentile(times, 0.5) ?? 0;
};
