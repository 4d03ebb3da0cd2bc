import { type Command, InvalidArgumentError, Option } from 'commander';
import { CUTOUT_SOURCES } from '../../models/compose/cutout-sources.ts';
import { DATASET_FORMATS } from '../../models/datasets/dataset-format.ts';
import { addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';

const number = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
};

const scale = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0.02 && value <= 1)) throw new InvalidArgumentError('a number from 0.02 to 1 is needed');
  return value;
};

const threads = (text: string): number => {
  const value = number(text);
  if (value < 1 || value > 256) throw new InvalidArgumentError('a number from 1 to 256 is needed');
  return value;
};

const pair = (text: string, before: string[] = []): string[] => {
  if (!/.=./.test(text)) throw new InvalidArgumentError('write LABEL=KIND, such as RBC=healthy-red-cell');
  return [...before, text];
};

/** Adds `compose` and `compose cutouts` to the command line. `finished` hears how the command ended. */
export const addComposeCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const add = addTo(commandGroup(program, 'compose', 'make labelled pictures of single cells, where nobody labelled any'), io, finished);
  add(
    'set',
    'paste cells on backgrounds of red cells, and write pictures, boxes and masks; goes on with what was begun',
    async () => (await import('./compose.ts')).runCompose,
    true,
  )
    .requiredOption('--cutouts <dir>', 'folder of cut-outs, one folder for each kind')
    .requiredOption('--out <dir>', 'folder to make')
    .option('--train <n>', 'pictures to train on', number, 65_350)
    .option('--validate <n>', 'pictures to choose by', number, 6560)
    .option('--test <n>', 'pictures to judge by', number, 6560)
    .option('--seed <n>', 'another number, other pictures', number, 1)
    .option('--um-per-px <n>', 'scale of the pictures', scale, 0.16)
    .option('--workers <n>', 'threads (default: one for each core)', threads)
    .option('--cells', 'write which cell each pixel belongs to as well: cells/SPLIT, 16-bit PNG')
    .addOption(jsonFlag());
  add(
    'cutouts <data>',
    'cut single cells out of pictures, into a folder of cut-outs',
    async () => (await import('./compose.ts')).runComposeCutouts,
  )
    .addOption(
      new Option('--from <what>', 'single cells of the PBC collection, white cells with masks, or fields with boxes')
        .choices(CUTOUT_SOURCES)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'folder of the cut-outs; what is there stays')
    .requiredOption('--licence <text>', 'licence of the pictures')
    .option('--source <text>', 'where the pictures come from')
    .option('--um-per-px <n>', 'scale of the pictures (known for the two collections)', scale)
    .option('--map <pair>', 'of fields: LABEL=KIND, such as RBC=healthy-red-cell; may be given again', pair)
    .addOption(new Option('--format <kind>', 'of fields: how they are labelled').choices(['auto', ...DATASET_FORMATS]).default('auto'))
    .option(
      '--split <name>',
      'of fields: this split (default: all but the held-back ones); may be given again',
      (text: string, before: string[] = []) => [...before, text],
    )
    .option('--most <n>', 'at most so many of a kind', number, 2000)
    .addOption(jsonFlag());
};
