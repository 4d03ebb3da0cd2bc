import type { Coverage, SuiteFigures } from './count-figures.ts';

const percent = (value: number, digits = 1): string => (100 * value).toFixed(digits);
const signed = (value: number, digits = 1): string => `${value > 0 ? '+' : ''}${percent(value, digits)}`;
const CLASS_FROM = 100;

const aligned = (rows: readonly (readonly string[])[], left: number): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The figures of the suites as a table for the terminal: counts against truth, errors in per cent, F1, and what trackers without a map count. */
export const suiteTable = (figures: readonly SuiteFigures[]): string => {
  const trackers = [...new Set(figures.flatMap(({ baselines }) => baselines.map(({ tracker }) => tracker)))];
  const rows = figures.map((one) => [
    one.suite,
    one.boxes,
    `${one.counted}/${one.truth}`,
    signed(one.error, 2),
    signed(one.worst, 2),
    ...['RBC', 'WBC', 'Platelets'].map((name) => {
      const of = one.classes.find((row) => row.class === name);
      if (of === undefined) return '';
      return of.truth < CLASS_FROM ? `${of.counted}/${of.truth}` : `${of.counted}/${of.truth} ${signed(of.error)}`;
    }),
    one.f1.toFixed(3),
    `${one.missed}/${one.extra}/${one.otherClass}`,
    percent(one.registeredShare),
    percent(one.excludedShare),
    ...trackers.map((name) => {
      const of = one.baselines.find(({ tracker }) => tracker === name);
      return of === undefined ? '' : signed(of.error, 0);
    }),
  ]);
  const head = [
    'suite',
    'boxes',
    'counted/true',
    '%',
    'worst',
    'RBC %',
    'WBC %',
    'Platelets %',
    'F1',
    'missed/extra/class',
    'placed %',
    'excluded %',
    ...trackers,
  ];
  return aligned([head, ...rows], 2);
};

export const coverageTable = (rows: readonly Coverage[]): string =>
  aligned(
    [
      ['95 % intervals of', 'intervals', 'held the truth', '%'],
      ...rows.map(({ what, intervals, held }) => [what, String(intervals), String(held), percent(held / intervals)]),
    ],
    1,
  );
