import { FaultError } from '../../domain/fault.ts';
import { checkDataset, type DatasetCheck } from '../../models/datasets/check/check-dataset.ts';
import { type Finding, isSerious, RULES, type Rule } from '../../models/datasets/check/finding.ts';
import { type Change, fixDataset } from '../../models/datasets/check/fix-dataset.ts';
import { saveFixed } from '../../models/datasets/check/save-fixed.ts';
import { type DatasetFormat, FORMAT_NAMES } from '../../models/datasets/dataset-format.ts';
import type { Renamed } from '../../models/datasets/plain-names.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';

export type CheckFlags = {
  readonly dir: string;
  readonly format: DatasetFormat | 'auto';
  readonly split?: readonly string[];
  readonly classes?: readonly string[];
  readonly against?: string;
  readonly fix?: boolean;
  readonly out?: string;
  readonly all?: boolean;
  readonly json?: boolean;
};

type Fixed = { readonly out: string; readonly backup?: string; readonly renamed: readonly Renamed[]; readonly changes: readonly Change[] };

const SHOWN = 8;

const inOrder = Object.keys(RULES) as Rule[];

const whereOf = ({ split, field, file }: Finding): string => (field === '' ? file : `${split}/${field}`);

const listOf = (findings: readonly Finding[], rule: Rule, shown: number): string[] => {
  const own = findings.filter((finding) => finding.rule === rule);
  if (own.length === 0) return [];
  const { means, serious } = RULES[rule];
  return [
    `${serious ? 'WRONG ' : 'look  '} ${String(own.length).padStart(5)}  ${rule}: ${means}`,
    ...own.slice(0, shown).map((finding) => `               ${whereOf(finding)}: ${finding.what} → ${finding.proposal}`),
    ...(own.length > shown ? [`               … and ${own.length - shown} more (--all lists them, --json gives them)`] : []),
  ];
};

const againstLines = ({ against }: DatasetCheck): string[] => {
  if (against === undefined) return [];
  const { dir, samePictures, fields, otherFields, boxes } = against;
  return [
    `${samePictures} of ${fields} fields show the pictures of ${dir} (${otherFields} fields)`,
    ...Object.entries(boxes).map(
      ([label, { here, there, missingHere }]) =>
        `  ${label.padEnd(12)} ${here} boxes here, ${there} there; ${missingHere} of those there have none here (${((missingHere / Math.max(1, there)) * 100).toFixed(0)} %)`,
    ),
  ];
};

const fixedLines = (fixed: Fixed | undefined): string[] => {
  if (fixed === undefined) return [];
  const { out, backup, changes, renamed } = fixed;
  return [
    changes.length === 0 ? 'nothing was changed' : `${changes.length} changes, written to ${out}`,
    ...changes.map(({ split, field, did }) => `  ${field === '' ? '' : `${split}/${field}: `}${did}`),
    ...renamed.map(({ from, to }) => `  ${from} is now ${to}, so that no two have one name`),
    ...(backup === undefined ? [] : [`the folder as it was: ${backup}`]),
  ];
};

const asText = (check: DatasetCheck, fixed: Fixed | undefined, all: boolean): string => {
  const { dataset, splits, findings } = check;
  const lines = [
    `${dataset.dir}: ${FORMAT_NAMES[dataset.format]}, classes ${dataset.classes.join(', ')}`,
    ...splits.map(({ name, fields, boxes }) => {
      const counts = Object.entries(boxes).map(([label, n]) => `${n} ${label}`);
      return `  ${name.padEnd(8)} ${String(fields).padStart(6)} fields   ${counts.join(', ') || 'no boxes'}`;
    }),
    ...inOrder.flatMap((rule) => listOf(findings, rule, all ? findings.length : SHOWN)),
    ...(findings.length === 0 ? ['nothing was found'] : []),
    ...againstLines(check),
    ...fixedLines(fixed),
  ];
  return `${lines.join('\n')}\n`;
};

/**
 * Looks for what is wrong with labelled fields, and with `--fix` corrects it in a new folder, or in place with the old one beside. Serious findings
 * that remain are bad input (exit 2); what only wants a person's eye is not.
 */
export const runDatasetCheck = async (flags: CheckFlags, io: CommandIo): Promise<CommandResult> => {
  const { dir, format, split: splits, classes, against, out, fix = false } = flags;
  if (out !== undefined && !fix) throw new FaultError({ kind: 'usage', what: '--out is where --fix writes', remedy: 'give --fix too' });
  if (fix && out === undefined && splits !== undefined)
    throw new FaultError({ kind: 'usage', what: 'fixing in place needs the whole set', remedy: 'leave --split out, or give --out' });
  const progress = createProgress(io);
  const { signal } = io;
  const onPicture = (done: number, of: number): void => progress.say(() => `${done} of ${of} pictures looked at`);
  const check = await checkDataset({ dir, format, splits, classes, against, signal, onPicture }).finally(progress.end);
  let fixed: Fixed | undefined;
  let remaining = check.findings;
  if (fix) {
    const { dataset, changes, done } = fixDataset(check.dataset, check.findings);
    if (dataset.splits.length === 0)
      throw new FaultError({ kind: 'data', path: dir, what: 'no field would be left', remedy: 'mend the pictures first' });
    let written = 0;
    const onField = (): void => {
      written++;
      progress.say(() => `${written} fields written`);
    };
    const isNeeded = changes.length > 0 || out !== undefined;
    const saved = isNeeded
      ? await saveFixed(dir, dataset.format, dataset, { out, signal, onField }).finally(progress.end)
      : { out: dir, renamed: [] };
    fixed = { ...saved, changes };
    remaining = remaining.filter((finding) => !done.has(finding));
  }
  const serious = remaining.filter(isSerious).length;
  if (flags.json) {
    const rules = Object.fromEntries(inOrder.map((rule) => [rule, check.findings.filter((finding) => finding.rule === rule).length]));
    const { dataset, splits: summary, findings } = check;
    const document = {
      schema: 'smearscope.dataset-check/1',
      data: dir,
      format: dataset.format,
      classes: dataset.classes,
      splits: summary,
      rules,
      findings: findings.map((finding) => ({ ...finding, serious: isSerious(finding), fixed: !remaining.includes(finding) })),
      ...(check.against === undefined ? {} : { against: check.against }),
      ...(fixed === undefined ? {} : { fixed }),
      remaining: { serious, other: remaining.length - serious },
    };
    io.stdout(`${JSON.stringify(document)}\n`);
  } else io.stdout(asText(check, fixed, flags.all ?? false));
  if (serious === 0) return undefined;
  const fixable = fix ? 0 : remaining.filter((finding) => isSerious(finding) && finding.fix !== undefined).length;
  return { incomplete: `${serious} findings are wrong${fixable > 0 ? `: --fix corrects ${fixable} of them` : ''}` };
};
