/** The value below which `share` (0 to 1) of the values lie: nearest rank. `undefined` for no values. */
export const percentile = (values: readonly number[], share: number): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
};

/** Slope of the least-squares line through the points, in units of y for one unit of x; `undefined` below two points. */
export const slope = (points: readonly { readonly x: number; readonly y: number }[]): number | undefined => {
  const n = points.length;
  if (n < 2) return undefined;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return undefined;
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
};

/** A measured figure beside what it must be. */
export type Figure = {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number } | undefined;
};

export const holds = ({ measured, bound }: Figure): boolean | undefined => {
  if (bound === undefined) return undefined;
  return 'atMost' in bound ? measured <= bound.atMost : measured >= bound.atLeast;
};

const round = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2));

const boundText = ({ bound, unit }: Figure): string => {
  if (bound === undefined) return '';
  return 'atMost' in bound ? `≤ ${bound.atMost} ${unit}` : `≥ ${bound.atLeast} ${unit}`;
};

/** The figures as a table for the terminal: what, measured, must hold, verdict. */
export const figureTable = (figures: readonly Figure[]): string => {
  const rows = figures.map((figure) => {
    const verdict = holds(figure);
    return [
      figure.what,
      `${round(figure.measured)} ${figure.unit}`.trim(),
      boundText(figure),
      verdict === undefined ? '' : verdict ? 'holds' : 'MISSED',
    ];
  });
  const table = [['what', 'measured', 'must hold', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
