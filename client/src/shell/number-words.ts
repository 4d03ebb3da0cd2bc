import type { Interval } from '../../../domain/statistics.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const countWords = (n: number): string => whole.format(n);

/** An estimate in the digits that it is good for. */
export const roundWords = (value: number): string => whole.format(Number(value.toPrecision(value < 1000 ? 2 : 3)));

const bound = (value: number): string => (value < 100 ? value.toFixed(1) : whole.format(value));

export const intervalWords = ({ low, high }: Interval): string => `${bound(low)} – ${bound(high)}`;

const percent = (share: number): string => (share * 100).toFixed(share < 0.1 ? 2 : 1);

export const shareWords = (share: number): string => `${percent(share)} %`;

export const shareIntervalWords = ({ low, high }: Interval): string => `${percent(low)} – ${percent(high)}`;

export const millisecondWords = (ms: number): string => (ms < 10 ? ms.toFixed(1) : whole.format(ms));

/** An area in the unit in which it reads well: below a thousandth of a square millimetre in µm². */
export const areaWords = (areaUm2: number): string =>
  areaUm2 < 10_000 ? `${whole.format(areaUm2)} µm²` : `${(areaUm2 / 1e6).toFixed(areaUm2 < 1e6 ? 3 : 2)} mm²`;

/** Capture time as minutes, seconds and tenths. */
export const timeWords = (ms: number): string => {
  const tenths = Math.floor(ms / 100);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
};
