import { extname } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { seededRandom } from '../../domain/random.ts';
import { checkDataset } from '../../models/datasets/check/check-dataset.ts';
import { type Finding, isSerious } from '../../models/datasets/check/finding.ts';
import { drawContactSheet, type Shown } from '../../models/datasets/contact-sheet.ts';
import { fieldName } from '../../models/datasets/dataset.ts';
import type { DatasetFormat } from '../../models/datasets/dataset-format.ts';
import { openDataset } from '../../models/datasets/open-dataset.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';

export type ShowFlags = {
  readonly dir: string;
  readonly out: string;
  readonly format: DatasetFormat | 'auto';
  readonly split?: readonly string[];
  readonly classes?: readonly string[];
  readonly field?: readonly string[];
  readonly count: number;
  readonly seed: number;
  readonly columns: number;
  readonly worst?: boolean;
  readonly json?: boolean;
};

const FIELD_PX = 480;

/** Fields with the findings on them, the worst first. */
const worstOf = async ({ dir, format, split: splits, classes, count }: ShowFlags, io: CommandIo, say: (line: () => string) => void) => {
  const onPicture = (done: number, of: number): void => say(() => `${done} of ${of} pictures looked at`);
  const { dataset, findings } = await checkDataset({ dir, format, splits, classes, signal: io.signal, onPicture });
  const byField = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.split}/${finding.field}`;
    byField.set(key, [...(byField.get(key) ?? []), finding]);
  }
  const weight = (list: readonly Finding[]): number => list.reduce((sum, finding) => sum + (isSerious(finding) ? 10 : 1), 0);
  const shown = dataset.splits
    .flatMap(({ name, fields }) => fields.map((field) => ({ split: name, field, list: byField.get(`${name}/${field.file}`) ?? [] })))
    .filter(({ list }) => list.length > 0)
    .sort((a, b) => weight(b.list) - weight(a.list))
    .slice(0, count)
    .map(({ split, field, list }): Shown => {
      const pointed = new Set(list.map((finding) => finding.mark).filter((mark) => mark !== undefined));
      return { split, field, pointed, note: [...new Set(list.map(({ rule }) => rule))].join(', ') };
    });
  return { classes: dataset.classes, shown };
};

const chosenOf = async ({ dir, format, split: splits, classes: given, field: names, count, seed }: ShowFlags, io: CommandIo) => {
  // Damaged fields are shown as what they are, or left to `check`.
  const dataset = await openDataset(dir, { format, splits, classes: given, signal: io.signal, onDamage: () => undefined });
  const all = dataset.splits.flatMap((split) => split.fields.map((field): Shown => ({ split: split.name, field })));
  if (names === undefined) {
    // In the set's own order, so that two sheets of one set can be compared.
    const chosen = new Set(
      seededRandom(seed)
        .shuffled([...all.keys()])
        .slice(0, count),
    );
    return { classes: dataset.classes, shown: all.filter((_, i) => chosen.has(i)) };
  }
  const shown = names.map((name) => {
    const found = all.find(({ field }) => field.file === name || fieldName(field) === name);
    if (found === undefined)
      throw new FaultError({ kind: 'data', path: dir, what: `no field is called "${name}"`, remedy: 'check its name' });
    return found;
  });
  return { classes: dataset.classes, shown };
};

/** Writes a sheet of fields with their boxes drawn. */
export const runDatasetShow = async (flags: ShowFlags, io: CommandIo): Promise<CommandResult> => {
  const { out, columns, dir } = flags;
  if (!['.png', '.webp', '.jpg', '.jpeg'].includes(extname(out).toLowerCase()))
    throw new FaultError({ kind: 'usage', what: `${out} is no name for a sheet`, remedy: 'end it with .png, .webp or .jpg' });
  const progress = createProgress(io);
  const { classes, shown } = await (flags.worst ? worstOf(flags, io, progress.say) : chosenOf(flags, io)).finally(progress.end);
  if (shown.length === 0)
    throw new FaultError({
      kind: 'data',
      path: dir,
      what: flags.worst ? 'nothing was found to show' : 'the set is empty',
      remedy: 'leave --worst out, or check the path',
    });
  let drawn = 0;
  const onField = (): void => {
    drawn++;
    progress.say(() => `${drawn} of ${shown.length} fields drawn`);
  };
  const size = await drawContactSheet(shown, out, { classes, columns, fieldPx: FIELD_PX, signal: io.signal, onField }).finally(
    progress.end,
  );
  const fields = shown.map(({ split, field, note }) => ({
    split,
    field: field.file,
    boxes: field.marks.length,
    ...(note === undefined ? {} : { note }),
  }));
  io.stdout(
    flags.json
      ? `${JSON.stringify({ schema: 'smearscope.dataset-show/1', data: dir, out, ...size, classes, fields })}\n`
      : `${out}: ${shown.length} fields, ${size.widthPx} × ${size.heightPx} px\n`,
  );
  return undefined;
};
