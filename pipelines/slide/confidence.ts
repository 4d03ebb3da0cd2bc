import { excess, type Match } from './match-keyframe.ts';

/** Steepness and middle of the logistic curve below, fitted to the frames of tuning scans. */
const STEEPNESS = 30;
const EVEN_AT = -0.1;

/** How sure a match is to lie within 5 camera pixels of the truth, 0 to 1. */
export const confidenceOf = (match: Match): number => 1 / (1 + Math.exp(-STEEPNESS * (excess(match) - EVEN_AT)));
