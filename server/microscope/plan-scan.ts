import type { Point } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import type { TrueFrame } from '../../domain/scan-truth.ts';
import { createFocusDrift } from './focus-drift.ts';
import { createStagePath } from './stage-path.ts';

/** Limits of a sharp frame. Beyond them a red cell's rim (some 6 px wide) is washed out; the stage and the focus pass them quickly. */
export const MAX_SHARP_MOTION_PX = 4;
export const MAX_SHARP_DEFOCUS_PX = 1.2;

/** A frame before it is rendered: its truth, and what else the optics need. */
export type PlannedFrame = {
  readonly truth: TrueFrame;
  /** Way of the slide during exposure, in pixels. */
  readonly smear: Point;
  /** Brightness of this exposure, about 1. */
  readonly gain: number;
  /** How the camera stands against the first frame's, in radians and times; left out while it is as it was. */
  readonly turn?: { readonly angle: number; readonly scale: number };
};

export type ScanPlanOptions = {
  readonly seed: number;
  readonly slide: { readonly widthPx: number; readonly heightPx: number };
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly exposureMs: number;
  readonly jumps: boolean;
  readonly flicker?: number;
  readonly unfocused?: boolean;
  /** A camera that is turned, by so many degrees, or magnifies otherwise, for a while. */
  readonly turn?: { readonly degrees: number; readonly zoom: number; readonly atMs: number; readonly forMs: number };
};

/** Frames of an endless scan by id; ids may be left out but do not step back. */
export const createScanPlan = (options: ScanPlanOptions): { frame(id: number): PlannedFrame } => {
  const { seed, framesPerSecond, exposureMs, flicker = 0.015, unfocused = false, turn } = options;
  const path = createStagePath(options);
  const focus = createFocusDrift(seed, unfocused);
  const phase = seededRandom(seed ^ 0xf11c).between(0, 2 * Math.PI);
  return {
    frame: (id) => {
      const capturedAtMs = (1000 * id) / framesPerSecond;
      const midMs = capturedAtMs + exposureMs / 2;
      const opened = path.positionAt(midMs - exposureMs / 2);
      const { x, y } = path.positionAt(midMs);
      const closed = path.positionAt(midMs + exposureMs / 2);
      const smear = { x: closed.x - opened.x, y: closed.y - opened.y };
      const motionBlurPx = Math.hypot(smear.x, smear.y);
      const defocusPx = focus.defocusAt(midMs);
      const standsOtherwise =
        turn !== undefined && (turn.degrees !== 0 || turn.zoom !== 1) && capturedAtMs >= turn.atMs && capturedAtMs < turn.atMs + turn.forMs;
      // What a turned camera shows must not be counted, sharp or not.
      const sharp = motionBlurPx <= MAX_SHARP_MOTION_PX && defocusPx <= MAX_SHARP_DEFOCUS_PX && !standsOtherwise;
      // Mains light beats with the shutter; the lamp itself wanders slowly.
      const gain = 1 + 0.8 * flicker * Math.sin(phase + 2.1 * id) + flicker * Math.sin(phase + midMs / 3700);
      return {
        truth: { id, capturedAtMs, x, y, motionBlurPx, defocusPx, sharp },
        smear,
        gain,
        ...(standsOtherwise ? { turn: { angle: (turn.degrees * Math.PI) / 180, scale: turn.zoom } } : {}),
      };
    },
  };
};

/** The first `frames` frames of a scan. Pure and seeded. */
export const planScan = ({ frames, ...options }: ScanPlanOptions & { readonly frames: number }): PlannedFrame[] => {
  const plan = createScanPlan(options);
  return Array.from({ length: frames }, (_, id) => plan.frame(id));
};
