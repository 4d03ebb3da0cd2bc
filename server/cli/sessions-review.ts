import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { agreementQuery } from '../../domain/agreement.ts';
import { FaultError } from '../../domain/fault.ts';
import { type Correction, correctionQuery, type ReviewState, type Signature, signRequest } from '../../domain/review.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { openReviewWriter } from '../review/review-writer.ts';
import { DATABASE_FILE, sessionFolder } from '../sessions/session-folder.ts';
import { writersOf } from '../sessions/session-lock.ts';
import { openSessionReader } from '../sessions/session-reader.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';

type OneFlags = ConfigurationValues & { readonly id: string; readonly json?: boolean };
type HistoryFlags = OneFlags & { readonly reading?: string; readonly limit?: string; readonly cursor?: string };
type SignFlags = OneFlags & { readonly by: string; readonly role: string; readonly reading?: string; readonly comment?: string };
type AgreementFlags = OneFlags & { readonly over?: string };

const folderOf = async ({ id, ...flags }: OneFlags): Promise<{ folder: string; dataDir: string }> => {
  const { configuration } = await configurationFrom(flags);
  const dataDir = resolve(configuration.dataDir);
  const folder = sessionFolder(dataDir, id);
  if (folder === undefined || !existsSync(join(folder, DATABASE_FILE)))
    throw new FaultError({
      kind: 'usage',
      what: `no session ${id.slice(0, 60)} in ${dataDir}`,
      remedy: 'smearscope sessions list names them',
    });
  return { folder, dataDir };
};

/** Flags held to a schema; what does not fit is one line that names the flag. */
const held = <Schema extends z.ZodType>(schema: Schema, flags: Readonly<Record<string, unknown>>): z.infer<Schema> => {
  const given = schema.safeParse(Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)));
  if (given.success) return given.data;
  const issue = given.error.issues[0]!;
  throw new FaultError({ kind: 'usage', what: `--${issue.path.join('.')}: ${issue.message}`, remedy: 'see smearscope sessions --help' });
};

const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

const stateLines = (review: ReviewState): string =>
  [
    `reading ${review.reading}, version ${review.version}${review.locked ? ' (signed)' : ''}: ${review.changes} changes, ${review.uncertain} uncertain, ${review.reviewedKeyframes.length} fields looked through\n`,
    ...Object.entries(review.counts).map(
      ([name, { counted, n, low, high, share }]) =>
        `${name.padEnd(12)} ${String(n).padStart(7)}  (${low} to ${high})  counted ${counted}${share === undefined ? '' : `  ${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`}\n`,
    ),
  ].join('');

const correctionLine = ({ n, at: when, by, text, undone }: Correction): string =>
  `${String(n).padStart(6)}  ${at(when)}  ${by}  ${text}${undone ? '  (undone)' : ''}\n`;

const signatureLine = ({ at: when, by, reading, role, version, sha256, broken, comment }: Signature): string =>
  `${at(when)}  ${by} (${role})  reading ${reading}, version ${version}  sha256 ${sha256.slice(0, 12)}…${comment === undefined ? '' : `  “${comment}”`}${broken === undefined ? '' : `  BROKEN: ${broken}`}\n`;

/** Says how a reading stands, its signatures and its history. A signature that does not hold any more makes the result incomplete. */
export const runSessionsCorrections = async ({ reading, limit, cursor, ...flags }: HistoryFlags, io: CommandIo): Promise<CommandResult> => {
  const query = held(correctionQuery, { reading, limit, cursor });
  const { folder } = await folderOf(flags);
  using reader = openSessionReader(folder);
  const page = reader.corrections(query);
  const signatures = reader.signatures().filter((one) => one.reading === query.reading);
  const review = { ...reader.review(query.reading), signatures };
  if (flags.json) io.stdout(`${JSON.stringify({ schema: 'smearscope.corrections/1', session: flags.id, review, ...page })}\n`);
  else io.stdout([stateLines(review), ...signatures.map(signatureLine), ...page.corrections.map(correctionLine)].join(''));
  const broken = signatures.find((one) => one.broken !== undefined);
  return broken === undefined
    ? undefined
    : { incomplete: `the signature of ${broken.by} on version ${broken.version} does not hold: ${broken.broken}` };
};

/** Puts a name to a reading as it stands. */
export const runSessionsSign = async ({ by, role, reading, comment, ...flags }: SignFlags, io: CommandIo): Promise<void> => {
  const asked = held(signRequest, { by, role, reading: Number(reading ?? (role === 'second reader' ? 2 : 1)), comment });
  const { folder, dataDir } = await folderOf(flags);
  if ((await writersOf(dataDir)).has(flags.id))
    throw new FaultError({
      kind: 'usage',
      what: `session ${flags.id} is being written`,
      remedy: 'close its camera first, or begin a new session',
    });
  using writer = openReviewWriter(folder);
  const signature = writer.sign(asked, Date.now()).signatures.at(-1)!;
  if (flags.json) io.stdout(`${JSON.stringify({ schema: 'smearscope.signature/1', session: flags.id, signature })}\n`);
  else io.stdout(`signed: ${signatureLine(signature)}`);
};

/** Lays the two readings of a session beside each other. */
export const runSessionsAgreement = async ({ over, ...flags }: AgreementFlags, io: CommandIo): Promise<void> => {
  const query = held(agreementQuery, { over });
  const { folder } = await folderOf(flags);
  using reader = openSessionReader(folder);
  const result = reader.agreement(query);
  if (flags.json) {
    io.stdout(`${JSON.stringify({ schema: 'smearscope.agreement/1', session: flags.id, ...result })}\n`);
    return;
  }
  const { cells, agreed, kappa, labels, confusion, blandAltman, differences, differing, by } = result;
  const width = Math.max(8, ...labels.map((label) => label.length)) + 2;
  io.stdout(
    [
      `${by.first ?? 'first reader'} and ${by.second ?? 'second reader'}: ${agreed} of ${cells} cells agree\n`,
      kappa === undefined ? 'Cohen’s κ is not defined: all is of one class\n' : '',
      kappa === undefined ? '' : `Cohen’s κ ${kappa.value.toFixed(3)} (95 %: ${kappa.low.toFixed(3)} to ${kappa.high.toFixed(3)})\n`,
      `\n${''.padEnd(width)}${labels.map((label) => label.padStart(width)).join('')}\n`,
      ...labels.map((label, i) => `${label.padEnd(width)}${confusion[i]!.map((n) => String(n).padStart(width)).join('')}\n`),
      '\n',
      ...Object.entries(blandAltman).map(
        ([name, { mean, low, high, fields }]) =>
          `${name}: first − second ${mean.toFixed(2)} a field, limits of agreement ${low.toFixed(2)} to ${high.toFixed(2)} (${fields} fields)\n`,
      ),
      ...differences.map(({ cell, first, second }) => `cell ${cell}: ${first ?? 'no cell'} / ${second ?? 'no cell'}\n`),
      differing > differences.length ? `… and ${differing - differences.length} more\n` : '',
    ].join(''),
  );
};
