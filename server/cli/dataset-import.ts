import { FaultError } from '../../domain/fault.ts';
import { type Conversion, convertDataset } from '../../models/datasets/convert-dataset.ts';
import { type DatasetFormat, FORMAT_NAMES } from '../../models/datasets/dataset-format.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';

export type ConvertFlags = {
  readonly source: string;
  readonly out: string;
  readonly to?: DatasetFormat;
  readonly format: DatasetFormat | 'auto';
  readonly split?: readonly string[];
  readonly classes?: readonly string[];
  readonly map?: readonly string[];
  readonly umPerPx?: number;
  readonly from?: string;
  readonly licence?: string;
  readonly json?: boolean;
};

/** `red cell=RBC` as a pair; `dust=` drops the boxes of that name. */
const mapOf = (entries: readonly string[]): Map<string, string> =>
  new Map(
    entries.map((entry) => {
      const at = entry.lastIndexOf('=');
      if (at < 1)
        throw new FaultError({ kind: 'usage', what: `--map "${entry}" is no pair`, remedy: 'write "what it is called=what it becomes"' });
      return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
    }),
  );

const asText = (done: Conversion): string => {
  const { splits, labels, renamed, check, lost } = done;
  const total = splits.reduce((sum, { fields }) => sum + fields, 0);
  const lines = [
    `${done.to}: ${total} fields as ${FORMAT_NAMES[done.toFormat]}, from ${done.from} (${FORMAT_NAMES[done.fromFormat]})`,
    ...splits.map(({ name, fields, boxes }) => {
      const counts = Object.entries(boxes).map(([label, n]) => `${n} ${label}`);
      return `  ${name.padEnd(8)} ${String(fields).padStart(6)} fields   ${counts.join(', ') || 'no boxes'}`;
    }),
    ...labels.map(({ from, to, boxes }) => `  ${boxes} boxes "${from}" ${to === undefined ? 'left out' : `became ${to}`}`),
    ...renamed.slice(0, 10).map(({ from, to }) => `  ${from} is now ${to}`),
    ...(renamed.length > 10 ? [`  … and ${renamed.length - 10} more pictures have new names`] : []),
    ...(lost.outlines > 0 ? [`  ${lost.outlines} outlines are left out: the format holds boxes alone`] : []),
    ...(lost.flags > 0 ? [`  ${lost.flags} boxes lose what was said of them (difficult, truncated, crowd)`] : []),
    check.largestShiftPx === 0
      ? '  read again: every box is exactly where it was'
      : `  read again: boxes are within ${Number(check.largestShiftPx.toPrecision(2))} px of where they were`,
  ];
  return `${lines.join('\n')}\n`;
};

/** Brings labelled fields from one format into another; `import` writes COCO, the format of our own. */
export const runDatasetConvert = async (flags: ConvertFlags, io: CommandIo): Promise<CommandResult> => {
  const progress = createProgress(io);
  const done = await convertDataset({
    from: flags.source,
    format: flags.format,
    splits: flags.split,
    to: flags.to ?? 'coco',
    out: flags.out,
    mapping: { classes: flags.classes, map: mapOf(flags.map ?? []) },
    facts: { umPerPx: flags.umPerPx, source: flags.from, licence: flags.licence },
    signal: io.signal,
    onStep: (doing, n) => progress.say(() => `${n} fields ${doing}`),
  }).finally(progress.end);
  const command = flags.to === undefined ? 'import' : 'convert';
  io.stdout(flags.json ? `${JSON.stringify({ schema: `smearscope.dataset-${command}/1`, ...done })}\n` : asText(done));
  const { different } = done.check;
  return different.length === 0
    ? undefined
    : { incomplete: `${different.length} fields are not what they were: ${different.slice(0, 3).join(', ')}` };
};
