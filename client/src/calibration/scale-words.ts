import type { CalibratedScale } from '../../../domain/calibration-profile.ts';

const METHODS: Record<CalibratedScale['method'], string> = {
  micrometer: 'stage micrometer',
  length: 'known length',
  'red-cells': 'red cells',
  given: 'given',
};

export const methodWords = (method: CalibratedScale['method']): string => METHODS[method];

/** Digits that the uncertainty leaves: one of it, two where it begins with a 1, and as many of the value. */
const digitsFor = (uncertainty: number): number =>
  uncertainty > 0 ? Math.min(6, Math.max(2, Math.ceil(-Math.log10(uncertainty / 1.95)))) : 4;

export const scaleWords = ({ umPerPx, uncertaintyUmPerPx }: Omit<CalibratedScale, 'method'>): string => {
  const digits = digitsFor(uncertaintyUmPerPx);
  return `${umPerPx.toFixed(digits)} ± ${uncertaintyUmPerPx.toFixed(digits)} µm/px`;
};

export const percentWords = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
