import type { Agreement, Difference } from '../../../domain/agreement.ts';

/** How good an agreement is called (Landis and Koch, Biometrics 33, 1977). */
export const kappaWords = (kappa: number): string =>
  kappa < 0
    ? 'poor'
    : kappa <= 0.2
      ? 'slight'
      : kappa <= 0.4
        ? 'fair'
        : kappa <= 0.6
          ? 'moderate'
          : kappa <= 0.8
            ? 'substantial'
            : 'almost perfect';

export const differenceWords = ({ first, second }: Difference): string => `${first ?? 'no cell'} / ${second ?? 'no cell'}`;

/** Share of cells that both readers see alike, 0 to 1; undefined where there are none. */
export const sharedShare = ({ agreed, cells }: Agreement): number | undefined => (cells === 0 ? undefined : agreed / cells);
