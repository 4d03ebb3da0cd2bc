import type { SizeDistribution } from '../../../domain/size-distribution.ts';
import { countWords } from '../shell/number-words.ts';

/** One figure of a distribution: `value` ready to be shown, `why` where it needs a word. */
export type SizeFact = { readonly name: string; readonly value: string; readonly why: string };

const measured = (value: number | undefined, digits: number, unit: string, about: string): string =>
  value === undefined ? '–' : `${about}${value.toFixed(digits)} ${unit}`;

/** What is told of a distribution, most important first. `estimated`: lengths rest on an estimated scale; shares do not. */
export const sizeFacts = (told: SizeDistribution, estimated: boolean): readonly SizeFact[] => {
  const about = estimated ? '≈ ' : '';
  const scale = estimated ? '; the scale is estimated from the red cells (7.2 µm)' : '';
  const spread = told.sdDiameterUm === undefined ? '' : ` ± ${told.sdDiameterUm.toFixed(2)}`;
  const mean = told.meanDiameterUm === undefined ? '–' : `${about}${told.meanDiameterUm.toFixed(2)}${spread} µm`;
  return [
    { name: 'Diameter', value: mean, why: `Mean and standard deviation; diameter of the circle of the same area${scale}` },
    {
      name: 'RDW',
      value: measured(told.rdwPercent, 1, '%', ''),
      why: 'Distribution width, estimated: the coefficient of variation of the areas. An analyser takes it of volumes',
    },
    { name: 'CV of diameters', value: measured(told.diameterCvPercent, 1, '%', ''), why: 'Coefficient of variation of the diameters' },
    { name: 'Area', value: measured(told.meanAreaUm2, 1, 'µm²', about), why: `Mean area within the outlines${scale}` },
    {
      name: 'Cells',
      value: countWords(told.n),
      why:
        told.beyond > 0
          ? `${countWords(told.beyond)} of them too small or too large for one cell: not in mean and spread`
          : 'Drawn whole and counted',
    },
  ];
};

/** The distribution in a sentence: for ears, in place of the chart. */
export const sizeSummary = (label: string, told: SizeDistribution, estimated: boolean): string =>
  `${label} by diameter: ${sizeFacts(told, estimated)
    .map(({ name, value }) => `${name} ${value}`)
    .join(', ')}`;

/** Bins from the first with cells to the last, and one beside them each way; whole micrometres where they begin and end. */
export const binsShown = ({ counts, binUm }: SizeDistribution): { readonly fromUm: number; readonly toUm: number } => {
  const first = counts.findIndex((n) => n > 0);
  const last = counts.findLastIndex((n) => n > 0);
  if (first === -1) return { fromUm: 0, toUm: 12 };
  return { fromUm: Math.max(0, Math.floor((first - 1) * binUm)), toUm: Math.ceil((last + 2) * binUm) };
};
