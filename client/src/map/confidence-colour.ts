/** Colours from unsure to sure, told apart by lightness alone (after the viridis map of matplotlib). */
const COLOURS = ['#440154', '#414487', '#2a788e', '#22a884', '#7ad151', '#fde725'] as const;

export const CONFIDENCE_STEPS = COLOURS.length;

/** Step of a score, 0 to 1. */
export const confidenceStep = (score: number): number => Math.min(CONFIDENCE_STEPS - 1, Math.max(0, Math.floor(score * CONFIDENCE_STEPS)));

export const confidenceColour = (step: number): string => COLOURS[step] ?? COLOURS[0];
