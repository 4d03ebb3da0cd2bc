import { binomialInterval, poissonInterval } from '../../domain/statistics.ts';
import type { CountRun } from './count-run.ts';
import { POISSON_PER_MM2 } from './poisson-scan.ts';

/** Whether each interval of one scan held the truth. */
export type IntervalHits = readonly { readonly what: string; readonly held: boolean }[];

/**
 * The truth of a count's interval is what slides of that density hold on average in the area counted (density × area in which the class is counted); that of a share,
 * what the classes' densities and areas make of it.
 */
export const intervalHits = ({ classes, slide }: CountRun): IntervalHits => {
  const expected = classes.map(({ class: name }, i) => ((POISSON_PER_MM2[name] ?? 0) * (slide.countedUm2?.[i] ?? 0)) / 1e6);
  const all = expected.reduce((sum, one) => sum + one, 0);
  const total = classes.reduce((sum, { counted }) => sum + counted, 0);
  const holds = ({ low, high }: { readonly low: number; readonly high: number }, truth: number): boolean => truth >= low && truth <= high;
  return classes.flatMap(({ class: name, counted }, i) => {
    const mean = expected[i]!;
    // A class that never came has no size, and so no area: what is to be expected of it is not known.
    if (mean === 0) return [];
    return [
      { what: `${name} total`, held: holds(poissonInterval(counted), mean) },
      { what: `${name} share`, held: holds(binomialInterval(counted, total), mean / all) },
    ];
  });
};
