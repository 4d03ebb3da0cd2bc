import type { CountStatistics } from '../../domain/count-statistics.ts';

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const range = ({ low, high }: { readonly low: number; readonly high: number }): string => `95 % ${short(low)}–${short(high)}`;

/** What the table says of them. */
export const statisticsLines = (statistics: CountStatistics | undefined): string[] => {
  if (statistics === undefined) return [];
  const { differential, density, concentration, fields, areaMm2, stop } = statistics;
  return [
    ...(differential?.ratios ?? []).map(
      (ratio) => `${ratio.class}: ${short(ratio.per100)} for 100 ${ratio.to} (${range(ratio)}, ${differential?.interval})`,
    ),
    ...(density.length === 0
      ? []
      : [
          `in ${short(fields)} fields' area (${areaMm2.toFixed(4)} mm²): ${density.map((one) => `${short(one.perField)} ${one.class} a field, ${short(one.perMm2)} / mm²`).join('; ')}`,
        ]),
    ...concentration.map(
      (one) =>
        `${one.class}: about ${one.perUl.toFixed(0)} / µL (${range(one)} by counting alone), estimated from ${short(one.perField)} for such a field: ${one.assumes}`,
    ),
    ...(stop === undefined
      ? []
      : [
          stop.reached
            ? `${stop.class} ± ${stop.points} points: reached (± ${short(stop.nowPoints)})`
            : `${stop.class} ± ${stop.points} points: not reached (± ${short(stop.nowPoints)}); about ${stop.cellsToGo} cells to go, ${stop.ofClassToGo} of them ${stop.class}`,
        ]),
  ];
};
