import { readFile } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import { damaged } from '../../models/datasets/bounded-read.ts';
import { boxesByClass, countMarks, fieldName } from '../../models/datasets/dataset.ts';
import type { DatasetFormat } from '../../models/datasets/dataset-format.ts';
import { lookAtPicture } from '../../models/datasets/look-at-picture.ts';
import { mapBounded } from '../../models/datasets/map-bounded.ts';
import { openDataset } from '../../models/datasets/open-dataset.ts';
import { samePictures } from '../../models/datasets/same-pictures.ts';
import { splitDataset } from '../../models/datasets/split-dataset.ts';
import { writeDataset } from '../../models/datasets/write-dataset.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgress } from './progress.ts';

export type SplitFlags = {
  readonly dir: string;
  readonly out: string;
  readonly format: DatasetFormat | 'auto';
  readonly to?: DatasetFormat;
  readonly train: number;
  readonly val: number;
  readonly test: number;
  readonly seed: number;
  readonly group?: string;
  readonly testFields?: string;
  readonly mixTest?: boolean;
  readonly json?: boolean;
};

const expressionOf = (text: string): RegExp => {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new FaultError(
      { kind: 'usage', what: `--group "${text}" is no regular expression`, remedy: 'for example "^(slide\\d+)_"' },
      { cause },
    );
  }
};

const namesIn = async (file: string): Promise<Set<string>> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw damaged(file, 'the list of test fields cannot be read', 'check the path', cause);
  });
  return new Set(
    text
      .split(/\r?\n/)
      .map((line) => fieldName({ file: line.trim() }))
      .filter((name) => name !== ''),
  );
};

/** Divides labelled fields into training, validation and test parts, into a new folder. */
export const runDatasetSplit = async (flags: SplitFlags, io: CommandIo): Promise<CommandResult> => {
  const { dir, out, seed, train, val, test } = flags;
  if (train + val + test <= 0) throw new FaultError({ kind: 'usage', what: 'all shares are 0', remedy: 'give --train, --val and --test' });
  const group = flags.group === undefined ? undefined : expressionOf(flags.group);
  const progress = createProgress(io);
  const { signal } = io;
  const dataset = await openDataset(dir, { format: flags.format, signal });
  const fields = dataset.splits.flatMap((split) => split.fields);
  const keptInTest =
    flags.testFields !== undefined
      ? await namesIn(flags.testFields)
      : new Set(flags.mixTest ? [] : dataset.splits.filter(({ name }) => name === 'test').flatMap((split) => split.fields.map(fieldName)));
  const known = new Set(fields.map(fieldName));
  const strange = [...keptInTest].find((name) => !known.has(name));
  if (strange !== undefined) throw damaged(flags.testFields ?? dir, `no field is called "${strange}"`, 'correct the list');
  let [looked, written] = [0, 0];
  const seen = await mapBounded(
    fields,
    4,
    async (field) => {
      const { seen: picture, trouble } = await lookAtPicture(field.picture, field.file);
      if (trouble !== undefined) throw damaged(field.picture.path, trouble.what, 'run dataset check');
      looked++;
      progress.say(() => `${looked} of ${fields.length} pictures looked at`);
      return picture;
    },
    signal,
  ).finally(progress.end);
  const parts = [
    { name: 'train', share: train },
    { name: 'val', share: val },
    { name: 'test', share: test },
  ];
  const result = splitDataset(dataset, { parts, seed, keptInTest, group, same: samePictures(seen) });
  const to = flags.to ?? dataset.format;
  const onField = (): void => {
    written++;
    progress.say(() => `${written} of ${fields.length} fields written`);
  };
  const { renamed } = await writeDataset(to, out, { ...dataset, splits: result.splits }, { signal, onField, companionsFrom: dir }).finally(
    progress.end,
  );
  const splits = result.splits.map(({ name, fields: own }) => ({ name, fields: own.length, boxes: boxesByClass(dataset.classes, own) }));
  const { groups, largestGroup, ungrouped } = result;
  const kept = keptInTest.size;
  const document = {
    schema: 'smearscope.dataset-split/1',
    data: dir,
    out,
    format: to,
    seed,
    splits,
    keptInTest: kept,
    groups,
    largestGroup,
    ungrouped,
    renamed,
  };
  if (flags.json) io.stdout(`${JSON.stringify(document)}\n`);
  else {
    const total = countMarks(fields);
    const lines = [
      `${out}: ${fields.length} fields, seed ${seed}`,
      ...splits.map(({ name, fields: n, boxes }) => {
        const shares = dataset.classes.map(
          (label) => `${boxes[label] ?? 0} ${label} (${(((boxes[label] ?? 0) / Math.max(1, total.get(label) ?? 0)) * 100).toFixed(0)} %)`,
        );
        return `  ${name.padEnd(8)} ${String(n).padStart(6)} fields (${((n / fields.length) * 100).toFixed(0)} %)   ${shares.join(', ')}`;
      }),
      ...(kept > 0 ? [`  ${kept} fields stayed in test`] : []),
      ...renamed.map(({ from, to: name }) => `  ${from} is now ${name}, so that no two have one name`),
      ...(groups > 0 ? [`  ${groups} groups of up to ${largestGroup} fields stayed together`] : []),
      ...(ungrouped > 0 ? [`  ${ungrouped} fields are not in a group: --group finds nothing in their names`] : []),
    ];
    io.stdout(`${lines.join('\n')}\n`);
  }
  return undefined;
};
