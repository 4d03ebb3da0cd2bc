import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ReadingNumber } from '../../domain/cell-record.ts';
import { type Signature, signature } from '../../domain/review.ts';
import { hasReview, type Row } from './reviewed-rows.ts';

const sha = z.string().length(64);

/** What a signature covers; the canonical text of this document is what is hashed. */
export const signedDocument = z.strictObject({
  schema: z.literal('smearscope.signed/1'),
  session: z.string(),
  ...signature.pick({ at: true, by: true, reading: true, role: true, comment: true, version: true, head: true, counts: true }).shape,
  uncertain: z.int().min(0),
  fields: z.array(z.int()),
  model: z.strictObject({ name: z.string(), version: z.string(), sha256: z.string().optional() }),
  engine: z.string(),
  calibration: z.string().optional(),
  umPerPx: z.number().optional(),
  program: z.string(),
  /** Over the reading's history up to the head. */
  history: sha,
  /** Over every cell as the reading had it. */
  cells: sha,
  /** Of the signature before, so that none can be taken out. */
  previous: sha.optional(),
});
export type SignedDocument = z.infer<typeof signedDocument>;

/** JSON with the keys of every object in order, so that the same facts are the same text. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

export type SignatureRow = { readonly row: Row; readonly document: SignedDocument | undefined };

export const signatureRows = (database: DatabaseSync, reading?: ReadingNumber): SignatureRow[] =>
  (!hasReview(database)
    ? []
    : reading === undefined
      ? database.prepare('SELECT * FROM signatures ORDER BY n').all()
      : database.prepare('SELECT * FROM signatures WHERE reading = ? ORDER BY n').all(reading)
  ).map((row) => {
    let document: SignedDocument | undefined;
    try {
      document = signedDocument.parse(JSON.parse(String(row['document'])));
    } catch {
      document = undefined;
    }
    return { row, document };
  });

/** The signature of a row; what its own row contradicts is said, what it covers is not looked at here. */
export const signatureOf = ({ row, document }: SignatureRow): Signature => {
  const at = Number(row['at']);
  const fields = {
    by: String(row['by']),
    reading: Number(row['reading']) as ReadingNumber,
    version: Number(row['version']),
    head: Number(row['head']),
  };
  const role = row['role'] as Signature['role'];
  const intact =
    document !== undefined &&
    sha256Of(canonicalText(document)) === row['sha256'] &&
    document.at === at &&
    document.role === role &&
    Object.entries(fields).every(([key, value]) => document[key as keyof typeof fields] === value);
  return {
    n: Number(row['n']),
    at,
    role,
    ...fields,
    ...(document?.comment === undefined ? {} : { comment: document.comment }),
    counts: document?.counts ?? {},
    model: document === undefined ? '' : `${document.model.name} ${document.model.version}`.slice(0, 200),
    ...(document?.calibration === undefined ? {} : { calibration: document.calibration }),
    sha256: String(row['sha256']).padEnd(64, '0').slice(0, 64),
    ...(intact ? {} : { broken: 'the signature itself was altered' }),
  };
};

/** Signatures of a reading, or of both, oldest first. */
export const signaturesOf = (database: DatabaseSync, reading?: ReadingNumber): Signature[] =>
  signatureRows(database, reading).map(signatureOf);
