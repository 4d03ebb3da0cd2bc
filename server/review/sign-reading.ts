import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import type { Signature, SignRequest } from '../../domain/review.ts';
import { type Replayed, replayCorrections, type Touched } from './fold-corrections.ts';
import type { ReviewFacts } from './review-facts.ts';
import { entryOf } from './review-log.ts';
import { boxOf } from './reviewed-rows.ts';
import { canonicalText, type SignedDocument, sha256Of, signatureOf, signatureRows, signaturesOf } from './signature-rows.ts';

/** What a signature covers of a reading at a moment of its history. */
type Covered = Pick<SignedDocument, 'counts' | 'uncertain' | 'fields' | 'history' | 'cells'>;

const replayedTo = (
  database: DatabaseSync,
  classes: readonly string[],
  reading: ReadingNumber,
  head: number,
): Replayed & { history: string } => {
  const rows = database.prepare('SELECT * FROM corrections WHERE reading = ? AND n <= ? ORDER BY n').all(reading, head);
  const hash = createHash('sha256');
  for (const { n, at, by, kind, target, made, change, basis } of rows)
    hash.update(`${JSON.stringify([n, at, by, kind, target, made, change, basis])}\n`);
  return { ...replayCorrections(rows.map(entryOf), classes), history: hash.digest('hex') };
};

/** Computed from the history and what was counted alone, not from the tables that follow from them. */
const coveredBy = (database: DatabaseSync, { classes }: ReviewFacts, reading: ReadingNumber, head: number): Covered => {
  const { cells: touched, fields, history } = replayedTo(database, classes, reading, head);
  const hash = createHash('sha256');
  const counts: Record<string, number> = Object.fromEntries(classes.map((name) => [name, 0]));
  let uncertain = 0;
  const cover = (id: number, classIndex: number, state: string, island: number, box: readonly number[], doubtful: boolean): void => {
    hash.update(`${id} ${classIndex} ${state} ${island} ${box.join(' ')} ${doubtful ? 1 : 0}\n`);
    const name = classes[classIndex];
    if (state === 'counted' && name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
    if (state !== 'withdrawn' && doubtful) uncertain++;
  };
  const counted = database.prepare('SELECT id, class_index, state, island, x0, y0, x1, y1, first_seen_ms FROM cells ORDER BY id');
  for (const row of counted.iterate()) {
    const known = touched.get(Number(row['id']));
    const said: Touched | undefined = known?.firstSeenMs === row['first_seen_ms'] ? known : undefined;
    const state = said?.gone === undefined ? String(row['state']) : 'withdrawn';
    cover(
      Number(row['id']),
      said?.classIndex ?? Number(row['class_index']),
      state,
      Number(row['island']),
      boxOf(row),
      said?.uncertain ?? false,
    );
  }
  for (const { cell, made, gone, classIndex, place, uncertain: doubtful } of [...touched.values()].sort((a, b) => a.cell - b.cell))
    if (made !== undefined && place !== undefined)
      cover(cell, classIndex ?? 0, gone === undefined ? 'counted' : 'withdrawn', place.island, place.box, doubtful);
  return { counts, uncertain, fields: [...fields].sort((a, b) => a - b), history, cells: hash.digest('hex') };
};

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

/**
 * Puts a name to the reading as it stands, within the caller's transaction. `at`: wall clock, ms. Throws a `usage` fault for what cannot
 * be signed.
 */
export const signReading = (
  database: DatabaseSync,
  facts: ReviewFacts,
  { reading, by, role, comment }: SignRequest,
  at: number,
): number => {
  if (role === 'reader' && reading === 2) throw refuse('reading 2 is the second reader’s', 'sign it as second reader or supervisor');
  if (role === 'second reader' && reading === 1) throw refuse('reading 1 is the first reader’s', 'sign it as reader or supervisor');
  const head = Number(database.prepare('SELECT max(n) AS n FROM corrections WHERE reading = ?').get(reading)?.['n'] ?? 0);
  const before = signaturesOf(database, reading);
  const latest = before.at(-1);
  const version = latest === undefined ? 1 : latest.head === head ? latest.version : latest.version + 1;
  const twice = before.find((one) => one.version === version && one.role === role && one.by.toLowerCase() === by.toLowerCase());
  if (twice !== undefined)
    throw refuse(`version ${version} is signed by ${twice.by} as ${role} already`, 'a change begins the next version');
  const previous = database.prepare('SELECT sha256 FROM signatures ORDER BY n DESC LIMIT 1').get()?.['sha256'];
  const { id: session, model, engine, calibration, umPerPx, program } = facts;
  const document: SignedDocument = {
    schema: 'smearscope.signed/1',
    session,
    at,
    by,
    reading,
    role,
    ...(comment === undefined ? {} : { comment }),
    version,
    head,
    model,
    engine,
    ...(calibration === undefined ? {} : { calibration }),
    ...(umPerPx === undefined ? {} : { umPerPx }),
    program,
    ...coveredBy(database, facts, reading, head),
    ...(previous === undefined ? {} : { previous: String(previous) }),
  };
  const text = canonicalText(document);
  const done = database
    .prepare('INSERT INTO signatures (at, by, reading, role, version, head, document, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(at, by, reading, role, version, head, text, sha256Of(text));
  return Number(done.lastInsertRowid);
};

/**
 * Every signature with what does not agree with it any more: an altered signature or one taken out, an altered history, other cells. A
 * hash tells of a change and not who made it: who can write the file can sign it anew.
 */
export const verifySignatures = (database: DatabaseSync, facts: ReviewFacts): Signature[] => {
  const known = new Map<string, Covered>();
  let previous: string | undefined;
  return signatureRows(database).map((stored) => {
    const shown = signatureOf(stored);
    const { document } = stored;
    const chained = document === undefined || document.previous === previous;
    previous = String(stored.row['sha256']);
    if (shown.broken !== undefined || document === undefined) return shown;
    if (!chained) return { ...shown, broken: 'the signature before it was altered or taken out' };
    const key = `${document.reading} ${document.head}`;
    const covered = known.get(key) ?? coveredBy(database, facts, document.reading, document.head);
    known.set(key, covered);
    if (covered.history !== document.history) return { ...shown, broken: 'the corrections that it covers were altered' };
    if (covered.cells !== document.cells) return { ...shown, broken: 'what was counted changed after it was signed' };
    return shown;
  });
};
