import { measureExposure } from '../../calibration/exposure.ts';
import { type Detail, measureDetail } from '../../calibration/sharpness.ts';
import type { Frame } from '../../domain/frame.ts';

/** What the picture itself says of whether it can be trusted. */
export type Look = {
  readonly quality: 'sharp' | 'blurred' | 'dark' | 'bright';
  /** 0 (no detail) to 1 (as sharp as the best of this session). */
  readonly sharpness: number;
  /** Mean luma, 0 to 1. */
  readonly brightness: number;
  readonly detail: Detail;
};

/** What to do about it, for a technician. */
export const REASONS: Record<Look['quality'], string> = {
  sharp: '',
  blurred: 'out of focus: turn the fine focus',
  dark: 'too dark: raise the lamp or the exposure',
  bright: 'too bright: lower the lamp or the exposure',
};

export type GateOptions = {
  /** Lowest sharpness, against the best of the session, that is still counted. */
  readonly minSharpness: number;
};

const DARKEST_MEAN = 0.12;
const BRIGHTEST_MEAN = 0.97;
const MOST_BLACK = 0.5;
const MOST_WHITE = 0.6;
/** Detail that a session's best must reach before anything is called sharp against it. */
const LEAST_DETAIL = 1.15;

/**
 * Judges frames one after another: exposure, and sharpness of the less sharp axis against the best that the session showed.
 * One lucky measurement does not raise the best: two frames in a row must reach it. Borrows the frame.
 */
export const createGate = ({ minSharpness }: GateOptions): ((frame: Frame) => Look) => {
  let best = LEAST_DETAIL;
  let before = 1;
  return (frame) => {
    const { mean, black, white } = measureExposure(frame.y, frame.fullRange);
    const measured = measureDetail(frame.y);
    const detail = Math.min(measured.x, measured.y);
    best = Math.max(best, Math.min(detail, before));
    before = detail;
    const sharpness = Math.max(0, Math.min(1, (detail - 1) / (best - 1)));
    const quality =
      mean < DARKEST_MEAN || black > MOST_BLACK
        ? 'dark'
        : mean > BRIGHTEST_MEAN || white > MOST_WHITE
          ? 'bright'
          : sharpness < minSharpness
            ? 'blurred'
            : 'sharp';
    return { quality, sharpness, brightness: mean, detail: measured };
  };
};
