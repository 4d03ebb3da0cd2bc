import type { DatabaseSync } from 'node:sqlite';
import type { Agreement, AgreementQuery, Difference } from '../../domain/agreement.ts';
import { blandAltmanOf } from '../../domain/bland-altman.ts';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { cohenKappa } from '../../domain/cohen-kappa.ts';
import { FaultError } from '../../domain/fault.ts';
import type { ReviewedCell } from '../../domain/review.ts';
import { matchReadings, type Rated } from './match-readings.ts';
import { nearestField, type PlacedField } from './nearest-field.ts';
import type { ReviewFacts } from './review-facts.ts';
import { cellsOfReading, readingExists } from './reviewed-cells.ts';

const NO_CELL = 'no cell';
const MOST_DIFFERENCES = 10_000;

const labelOf = (cell: ReviewedCell | undefined): string => (cell?.state === 'counted' ? cell.class : NO_CELL);

const differenceOf = ({ first, second }: Rated): Difference => {
  const shown = (first?.state === 'counted' ? first : (second ?? first))!;
  const id = first?.id ?? second!.id;
  return {
    cell: id,
    ...(second !== undefined && second.id !== id ? { other: second.id } : {}),
    ...(first?.state === 'counted' ? { first: first.class } : {}),
    ...(second?.state === 'counted' ? { second: second.class } : {}),
    island: shown.island,
    box: shown.box,
  };
};

/**
 * How far the two readings of a session agree, cell by cell and field by field. A field that shows no cell to either reader is not
 * compared. Throws a `usage` fault where there are no two readings.
 */
export const agreementOf = (database: DatabaseSync, facts: ReviewFacts, { over }: AgreementQuery): Agreement => {
  for (const [reading, name] of [
    [1, 'first'],
    [2, 'second'],
  ] as const)
    if (!readingExists(database, reading))
      throw new FaultError({
        kind: 'usage',
        what: `session ${facts.id} has no ${name} reading`,
        remedy: `its ${name} reader corrects or signs it first`,
      });
  const fields = database
    .prepare('SELECT id, island, x, y, width_px AS widthPx, height_px AS heightPx FROM keyframes ORDER BY id')
    .all() as unknown as PlacedField[];
  const fieldOf = nearestField(fields);
  const looked = database
    .prepare('SELECT keyframe FROM reviewed_fields WHERE reading = 1 INTERSECT SELECT keyframe FROM reviewed_fields WHERE reading = 2')
    .all();
  const both = new Set(looked.map(({ keyframe }) => Number(keyframe)));
  const within = (rated: { readonly field: number | undefined }): boolean =>
    over === 'all' || (rated.field !== undefined && both.has(rated.field));
  const rated = matchReadings(cellsOfReading(database, facts, 1, true), cellsOfReading(database, facts, 2, true))
    .map((one) => {
      const { island, box } = (one.first ?? one.second)!;
      return { ...one, field: fieldOf(island, box) };
    })
    .filter(within);

  const labels = [...facts.classes, NO_CELL];
  const at = new Map(labels.map((label, i) => [label, i]));
  const confusion = labels.map(() => labels.map(() => 0));
  /** By field, then by class: what the first and the second reader count. */
  const tally = new Map<number, { first: number[]; second: number[] }>();
  for (const { first, second, field } of rated) {
    const [i, j] = [at.get(labelOf(first))!, at.get(labelOf(second))!];
    confusion[i]![j]!++;
    if (field === undefined) continue;
    const seen = tally.get(field) ?? { first: labels.map(() => 0), second: labels.map(() => 0) };
    tally.set(field, seen);
    seen.first[i]!++;
    seen.second[j]!++;
  }
  const differing = rated.filter(({ first, second }) => labelOf(first) !== labelOf(second));
  const kappa = cohenKappa(confusion);
  const by = (reading: ReadingNumber): string | undefined =>
    database
      .prepare(
        `SELECT by FROM (SELECT by, at FROM corrections WHERE reading = ?1
         UNION ALL SELECT by, at FROM signatures WHERE reading = ?1 AND role != 'supervisor') ORDER BY at DESC LIMIT 1`,
      )
      .get(reading)?.['by'] as string | undefined;
  const [first, second] = [by(1), by(2)];
  const counted = [...tally].sort(([a], [b]) => a - b).slice(0, MOST_DIFFERENCES);
  return {
    by: { ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }) },
    over,
    cells: rated.length,
    agreed: rated.length - differing.length,
    ...(kappa === undefined ? {} : { kappa }),
    labels,
    confusion,
    blandAltman: Object.fromEntries(
      facts.classes.flatMap((name, i) => {
        const result = blandAltmanOf(counted.map(([field, seen]) => ({ field, first: seen.first[i]!, second: seen.second[i]! })));
        return result === undefined ? [] : [[name, result]];
      }),
    ),
    differences: differing
      .map(differenceOf)
      .sort((a, b) => a.cell - b.cell)
      .slice(0, MOST_DIFFERENCES),
    differing: differing.length,
  };
};
