import type { LossOptions } from './loss-options.ts';

type LossOfLogit = { readonly loss: number; readonly gradient: number };

/** Cross-entropy of a logit against a wanted score. */
const crossEntropy = (logit: number, wanted: number): number =>
  Math.max(logit, 0) - logit * wanted + Math.log1p(Math.exp(-Math.abs(logit)));

/** Quality focal loss (Li et al., 2020, β = 2) of a logit against a wanted score, and its derivative. */
export const qualityFocal = (logit: number, wanted: number): LossOfLogit => {
  const score = 1 / (1 + Math.exp(-logit));
  const entropy = crossEntropy(logit, wanted);
  const miss = score - wanted;
  return { loss: miss * miss * entropy, gradient: 2 * miss * score * (1 - score) * entropy + miss ** 3 };
};

const ALPHA = 0.25;

/** Focal loss (Lin et al., 2017, α = 0.25, γ = 2) of a logit against yes or no, and its derivative. */
export const focal = (logit: number, isWanted: boolean): LossOfLogit => {
  const score = 1 / (1 + Math.exp(-logit));
  const entropy = crossEntropy(logit, isWanted ? 1 : 0);
  const miss = isWanted ? 1 - score : score;
  const share = isWanted ? ALPHA : 1 - ALPHA;
  const slope = score * (1 - score);
  const gradient = share * (2 * miss * (isWanted ? -slope : slope) * entropy + miss * miss * (isWanted ? score - 1 : score));
  return { loss: share * miss * miss * entropy, gradient };
};

export const scoreLoss = (kind: LossOptions['score'], logit: number, wanted: number): LossOfLogit =>
  kind === 'focal' ? focal(logit, wanted > 0) : qualityFocal(logit, wanted);
