import type { ScanRequest } from '../microscope/scan-options.ts';

/** The difficulties under which registration is measured, each a seeded kind of scan. */
export const REGISTRATION_SUITES: Readonly<Record<string, ScanRequest>> = {
  easy: {},
  jumps: { jumps: true },
  dirt: { dirt: true },
  'heavy dirt, jumps': { heavyDirt: true, jumps: true },
  'near-empty': { density: 0.08 },
  'near-empty, heavy dirt from the first frame': { density: 0.08, heavyDirt: true },
  vignette: { vignette: 0.5 },
  flicker: { flicker: 0.12 },
  blur: { unfocused: true, jumps: true },
  repetitive: { repetitive: true, jumps: true },
  'turned by 2°': { turnDeg: 2, turnForMs: 1500 },
  'turned by 25°': { turnDeg: 25, turnForMs: 1500 },
  'other objective': { zoom: 1.5, turnForMs: 1500 },
};
