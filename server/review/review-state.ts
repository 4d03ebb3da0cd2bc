import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { changeText } from '../../domain/change-text.ts';
import { differentialOf } from '../../domain/differential.ts';
import type { Change, ReviewState } from '../../domain/review.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import type { ReviewFacts } from './review-facts.ts';
import { FIRST_UNDONE, hasReview, LAST_STANDING, MADE_BY_READER, type Row } from './reviewed-rows.ts';
import { signaturesOf } from './signature-rows.ts';

/** Cells of each class as counted, and as a reading has them. */
export type ReadingCounts = { readonly counted: readonly number[]; readonly read: readonly number[] };

/** `reading`: absent where nobody corrected anything. */
export const countReading = (database: DatabaseSync, classes: readonly string[], reading: ReadingNumber | undefined): ReadingCounts => {
  const counted = classes.map(() => 0);
  const add = (to: number[], rows: readonly Row[]): void => {
    for (const row of rows) {
      const index = Number(row['class_index']);
      if (index < to.length) to[index] = (to[index] ?? 0) + Number(row['n']);
    }
  };
  add(counted, database.prepare("SELECT class_index, count(*) AS n FROM cells WHERE state = 'counted' GROUP BY class_index").all());
  const read = [...counted];
  if (reading === undefined || !hasReview(database)) return { counted, read };
  // One pass without sorting: by how much each class shrinks and grows.
  const sums = classes.flatMap((_, i) => [
    `sum(c.class_index = ${i}) AS less${i}`,
    `sum(r.gone IS NULL AND coalesce(r.class_index, c.class_index) = ${i}) AS more${i}`,
  ]);
  const touched = database
    .prepare(
      `SELECT ${sums.join(', ')} FROM reviewed_cells r JOIN cells c ON c.id = r.cell AND c.first_seen_ms = r.first_seen_ms
       WHERE r.reading = ? AND c.state = 'counted'`,
    )
    .get(reading);
  classes.forEach((_, i) => {
    read[i]! += Number(touched?.[`more${i}`] ?? 0) - Number(touched?.[`less${i}`] ?? 0);
  });
  const made = `SELECT class_index, count(*) AS n FROM ${MADE_BY_READER} AND r.gone IS NULL GROUP BY class_index`;
  add(read, database.prepare(made).all(reading));
  return { counted, read };
};

const rounded = (value: number): number => Math.round(value * 10) / 10;

const countsOf = (classes: readonly string[], { counted, read }: ReadingCounts): ReviewState['counts'] => {
  const shares = differentialOf(classes, read)?.shares;
  return Object.fromEntries(
    classes.map((name, i) => {
      const { low, high } = poissonInterval(read[i]!);
      const one = shares?.[i];
      const share = one === undefined ? {} : { share: { value: one.share, low: one.low, high: one.high } };
      return [name, { counted: counted[i]!, n: read[i]!, low: rounded(low), high: rounded(high), ...share }];
    }),
  );
};

/** How a reading stands. As counted, and of a session of an earlier version, it is as if nobody had read it yet. */
export const reviewStateOf = (database: DatabaseSync, facts: ReviewFacts, of: 'counted' | ReadingNumber): ReviewState => {
  const counts = countsOf(facts.classes, countReading(database, facts.classes, of === 'counted' ? undefined : of));
  const reading = of === 'counted' ? 1 : of;
  if (of === 'counted' || !hasReview(database))
    return { reading, version: 1, head: 0, counts, uncertain: 0, changes: 0, reviewedKeyframes: [], signatures: [], locked: false };
  const one = (sql: string): Row | undefined => database.prepare(sql).get(reading);
  const head = Number(one('SELECT max(n) AS n FROM corrections WHERE reading = ?')?.['n'] ?? 0);
  const textAt = (n: unknown): string | undefined => {
    const row = typeof n === 'number' ? database.prepare('SELECT change FROM corrections WHERE n = ?').get(n) : undefined;
    return row === undefined ? undefined : changeText(JSON.parse(String(row['change'])) as Change).slice(0, 300);
  };
  const undo = textAt(one(LAST_STANDING)?.['n']);
  const redo = textAt(one(FIRST_UNDONE)?.['n']);
  const uncertain = `SELECT (SELECT count(*) FROM reviewed_cells r JOIN cells c ON c.id = r.cell AND c.first_seen_ms = r.first_seen_ms
    WHERE r.reading = ?1 AND r.uncertain = 1 AND r.gone IS NULL AND c.state != 'withdrawn')
    + (SELECT count(*) FROM ${MADE_BY_READER} AND r.uncertain = 1 AND r.gone IS NULL) AS n`;
  const signatures = signaturesOf(database, reading);
  const signed = signatures.at(-1);
  const locked = signed !== undefined && signed.head === head;
  const by = one(
    'SELECT by FROM (SELECT by, at FROM corrections WHERE reading = ?1 UNION ALL SELECT by, at FROM signatures WHERE reading = ?1) ORDER BY at DESC LIMIT 1',
  );
  return {
    reading,
    ...(by === undefined ? {} : { by: String(by['by']) }),
    version: signed === undefined ? 1 : locked ? signed.version : signed.version + 1,
    head,
    ...(undo === undefined ? {} : { undo }),
    ...(redo === undefined ? {} : { redo }),
    counts,
    uncertain: Number(one(uncertain)?.['n']),
    changes: Number(one('SELECT count(*) AS n FROM correction_steps WHERE reading = ? AND undone = 0')?.['n']),
    reviewedKeyframes: database
      .prepare('SELECT keyframe FROM reviewed_fields WHERE reading = ? ORDER BY keyframe')
      .all(reading)
      .map((row) => Number(row['keyframe'])),
    signatures,
    ...(signed === undefined ? {} : { signedVersion: signed.version }),
    locked,
  };
};
