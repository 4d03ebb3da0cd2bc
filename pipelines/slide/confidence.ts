import { excess, type Match } from './match-keyframe.ts';

/** What confidence is made from, fitted to the frames of tuning scans by `bench registration --calibrate`. */
export type ConfidenceModel = {
  /** Along one axis a place is off by about √(floor² + (scale · errorPx)²) pixels, that plus `moved` where it was found by what moved. */
  readonly floorPx: number;
  readonly scale: number;
  readonly movedPx: number;
  /** Degrees of freedom of Student's t: the smaller, the more often a place is off by far more. */
  readonly freedom: number;
  /** Log-odds of a match not being chance: constant, for each unit that it is more alike than asked, for each factor e of its standard error. */
  readonly odds: number;
  readonly perExcess: number;
  readonly perError: number;
};

export const CONFIDENCE: ConfidenceModel = {
  floorPx: 0.03,
  scale: 5.3,
  movedPx: 0.02,
  freedom: 2.5,
  odds: -0.95,
  perExcess: 14.3,
  perError: -2.42,
};

/** The evidence of a match that confidence looks at. */
export type Evidence = { readonly excess: number; readonly errorPx: number; readonly moved: boolean };

export const evidenceOf = (match: Match): Evidence => ({
  excess: excess(match),
  errorPx: match.errorPx,
  moved: match.moved === true,
});

/** Spread of the place along one axis, in camera pixels. */
export const spreadPx = ({ errorPx, moved }: Evidence, { floorPx, scale, movedPx }: ConfidenceModel = CONFIDENCE): number =>
  Math.hypot(floorPx, scale * errorPx) + (moved ? movedPx : 0);

/** How likely a match is no chance likeness of other ground. */
export const notChance = (evidence: Evidence, { odds, perExcess, perError }: ConfidenceModel = CONFIDENCE): number =>
  1 / (1 + Math.exp(-(odds + perExcess * evidence.excess + perError * Math.log(evidence.errorPx + 0.01))));

/** How likely a match lies within `px` camera pixels of the truth, 0 to 1: bivariate Student's t times the odds against chance. */
export const likelyWithin = (px: number, evidence: Evidence, model: ConfidenceModel = CONFIDENCE): number => {
  const part = (px / spreadPx(evidence, model)) ** 2 / model.freedom;
  return notChance(evidence, model) * (1 - (1 + part) ** (-model.freedom / 2));
};

/** How sure a match is to lie within 5 camera pixels of the truth, 0 to 1. */
export const confidenceOf = (match: Match): number => likelyWithin(5, evidenceOf(match));
