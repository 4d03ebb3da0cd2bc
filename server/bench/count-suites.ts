import type { ScanRequest } from '../microscope/scan-options.ts';

/** The kinds of scan that counting is measured on. */
export const COUNT_SUITES: Readonly<Record<string, ScanRequest>> = {
  easy: {},
  returns: { slideWidth: 2304, slideHeight: 1408 },
  jumps: { jumps: true },
  dirt: { dirt: true },
  'heavy dirt': { heavyDirt: true, jumps: true },
  blur: { unfocused: true },
  sparse: { density: 0.25 },
  dense: { repetitive: true },
  'turned camera': { turnDeg: 25 },
  '4K slide': { width: 3840, height: 2160, slideWidth: 8192, slideHeight: 6144, fps: 10, frames: 150 },
  '10000 cells': { repetitive: true, width: 3840, height: 2160, slideWidth: 12_288, slideHeight: 9216, fps: 6, frames: 2300 },
};

/** Suites that are not a kind of scan: the intervals, and cells that move. */
export const OTHER_SUITES = ['intervals', 'flow'] as const;

/** Seeds that rules were chosen on, and those that figures are reported for. */
export const TUNING_SEED = 101;
export const REPORT_SEED = 1001;
