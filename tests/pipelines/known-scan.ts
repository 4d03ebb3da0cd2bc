import type { Frame } from '../../domain/frame.ts';
import { containsBox } from '../../domain/geometry.ts';
import type { ScanTruth } from '../../domain/scan-truth.ts';
import type { Engine } from '../../models/engine.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { createTruthEngine } from '../../server/microscope/truth-engine.ts';
import { scanCard } from './scan-card.ts';
import { slideCamera, texturedSlide } from './textured-slide.ts';

const WIDTH_PX = 640;
const HEIGHT_PX = 360;
/** Red cells of 50 px are 7.2 µm; a shutter so short that no stride smears. */
export const knownOptions = { umPerPx: 0.144, exposureMs: 0.5 };

const slide = texturedSlide(31, 1_500, 700, 25, 130);

/** A short scan over made-up ground, with the engine that knows its truth. */
export type KnownScan = {
  readonly frames: number;
  readonly engine: Engine;
  /** The frame of an id; the caller disposes it. */
  shoot(id: number): Frame;
  /** Cells of each class that some field from `first` to `last` showed whole. */
  seen(first?: number, last?: number): number[];
};

/** To the right by `stridePx` a frame and down by `driftPx`, from `dwell` frames at rest to as many again. */
export const knownScan = (pool: FramePool, { frames = 30, dwell = 3, stridePx = 24, driftPx = 0 } = {}): KnownScan => {
  const camera = slideCamera(slide, WIDTH_PX, HEIGHT_PX, 4, pool);
  const places = Array.from({ length: frames }, (_, id) => ({
    x: 40 + stridePx * Math.min(frames - 2 * dwell, Math.max(0, id - dwell)),
    y: 150 + driftPx * id,
  }));
  const truth: ScanTruth = {
    schema: 'smearscope.truth/1',
    seed: 31,
    umPerPx: knownOptions.umPerPx,
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    framesPerSecond: 30,
    slide: { widthPx: slide.width, heightPx: slide.height },
    cells: slide.blobs.map(({ box, classIndex }, i) => ({
      id: i + 1,
      class: scanCard.classes[classIndex]!,
      box: [box[0], box[1], box[2], box[3]],
      seen: false,
    })),
    frames: places.map(({ x, y }, id) => ({ id, capturedAtMs: id * 33, x, y, motionBlurPx: 0, defocusPx: 0, sharp: true })),
  };
  return {
    frames,
    engine: createTruthEngine(truth, scanCard),
    shoot: (id) => camera(id, id * 33, places[id]!.x, places[id]!.y, { noise: 2, vignette: 0.2 }),
    seen: (first = 0, last = frames - 1) => {
      const counts = scanCard.classes.map(() => 0);
      for (const { box, classIndex } of slide.blobs) {
        const whole = places.slice(first, last + 1).some(({ x, y }) => containsBox([x, y, x + WIDTH_PX, y + HEIGHT_PX], box));
        if (whole) counts[classIndex]!++;
      }
      return counts;
    },
  };
};
