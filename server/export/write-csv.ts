import type { CellRecord } from '../../domain/cell-record.ts';
import { csvLine } from '../../domain/csv.ts';
import { differentialOf } from '../../domain/differential.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import { shapeOfCell } from './drawn-cell.ts';
import type { ExportFormat } from './export-format.ts';
import type { ExportSource } from './export-source.ts';

const COLUMNS = [
  'cell',
  'class',
  'class_as_counted',
  'state',
  'correction',
  'uncertain',
  'score',
  'island',
  'x0_px',
  'y0_px',
  'x1_px',
  'y1_px',
  'width_um',
  'height_um',
  'sightings',
  'first_seen_ms',
  'last_seen_ms',
  // Of cells that the model drew.
  'area_um2',
  'perimeter_um',
  'diameter_um',
  'circularity',
  'eccentricity',
  'pallor',
  'nucleus_share',
];

const SHAPE_DIGITS = 5;
const shapeCells = (cell: CellRecord, umPerPx: number | undefined): (number | undefined)[] => {
  const { areaUm2, perimeterUm, diameterUm, circularity, eccentricity, pallor, nucleusShare } = shapeOfCell(cell, umPerPx) ?? {};
  const scaled = umPerPx === undefined ? [undefined, undefined, undefined] : [areaUm2, perimeterUm, diameterUm];
  return [...scaled, circularity, eccentricity, pallor, nucleusShare].map((value) =>
    value === undefined ? undefined : Number(value.toPrecision(SHAPE_DIGITS)),
  );
};

const cellLine = (cell: CellRecord, umPerPx: number | undefined): string => {
  const { id, class: name, was, state, correction, uncertain, score, island, box, sightings, firstSeenMs, lastSeenMs } = cell;
  const um = umPerPx === undefined ? [undefined, undefined] : [cell.widthUm, cell.heightUm];
  const score4 = Number(score.toFixed(4));
  return csvLine([
    ...[id, name, was ?? (correction === 'added' ? '' : name), state, correction ?? '', uncertain === true ? 1 : 0, score4, island],
    ...box,
    ...um,
    ...[sightings, firstSeenMs, lastSeenMs].map((value) => Number(value.toFixed(1))),
    ...shapeCells(cell, umPerPx),
  ]);
};

function* cellLines({ facts, cells }: ExportSource): Generator<string> {
  yield csvLine(COLUMNS);
  for (const cell of cells()) yield cellLine(cell, facts.umPerPx);
}

const COUNT_COLUMNS = ['class', 'counted', 'n', 'n_low_95', 'n_high_95', 'share', 'share_low_95', 'share_high_95'];
const short = (value: number | undefined): number | undefined => (value === undefined ? undefined : Number(value.toPrecision(6)));

function* countLines({ counts, review }: ExportSource): Generator<string> {
  const names = Object.keys(counts);
  const shares = differentialOf(names, Object.values(counts))?.shares ?? [];
  yield csvLine(COUNT_COLUMNS);
  for (const [i, name] of names.entries()) {
    const n = counts[name]!;
    const { low, high } = poissonInterval(n);
    const share = shares[i];
    yield csvLine([name, review?.counts[name]?.counted ?? n, n, ...[low, high, share?.share, share?.low, share?.high].map(short)]);
  }
}

/** Every cell as a line (RFC 4180): boxes in camera pixels on the cell's island, measures of those that were drawn. A name can be no formula for the spreadsheet that opens it. */
export const csvExport: ExportFormat = {
  format: 'csv',
  label: 'CSV, cells',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  purpose: 'Every cell as a line, for a spreadsheet, R or pandas.',
  flow: false,
  kind: 'text',
  chunks: cellLines,
};

/** Counts and shares of the classes with their exact 95 % intervals (Garwood; Clopper and Pearson). */
export const countsExport: ExportFormat = {
  format: 'counts',
  label: 'CSV, counts',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  purpose: 'Counts and shares of each class with their 95 % intervals.',
  flow: true,
  kind: 'text',
  chunks: countLines,
};
