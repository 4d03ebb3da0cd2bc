import { type Command, InvalidArgumentError, Option } from 'commander';
import { DATASET_FORMATS } from '../../models/datasets/dataset-format.ts';
import { addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';

const list = (text: string): string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('names with commas between them are needed');
  if (new Set(names).size < names.length) throw new InvalidArgumentError('a name is there twice');
  return names;
};

const collect = (text: string, before: string[] = []): string[] => [...before, text];

const positive = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0 is needed');
  return value;
};

const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('a share from 0 to 1 is needed');
  return value;
};

const natural = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 is needed');
  return Number(text);
};

/** Adds `dataset import | convert | check | split | show` to the command line. `finished` hears how the command ended. */
export const addDatasetCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const add = addTo(commandGroup(program, 'dataset', 'bring in, convert, check, split and show labelled fields'), io, finished);
  const formatOption = (): Option =>
    new Option('--format <kind>', 'how they are labelled').choices(['auto', ...DATASET_FORMATS]).default('auto');
  const splitFlag = (command: Command): Command => command.option('--split <name>', 'this split alone; may be given again', collect);

  const convert = (usage: string, description: string): Command =>
    splitFlag(add(usage, description, async () => (await import('./dataset-import.ts')).runDatasetConvert))
      .requiredOption('--out <dir>', 'folder to make')
      .addOption(formatOption())
      .option('--classes <names>', 'classes of the new set, in order, with commas; also the names of a YOLO set that names none', list)
      .option('--map <pair>', '"red cell=RBC" renames a label, "dust=" leaves its boxes out; may be given again', collect)
      .option('--um-per-px <n>', 'scale of the pictures', positive)
      .option('--from <text>', 'where the pictures come from')
      .option('--licence <text>', 'licence of the pictures and boxes')
      .addOption(jsonFlag());
  convert('import <source>', 'bring labelled fields of any format into a folder of our own (COCO)');
  convert('convert <source>', 'write labelled fields in another format').addOption(
    new Option('--to <kind>', 'format to write').choices(DATASET_FORMATS).makeOptionMandatory(),
  );

  add(
    'from-session <ids...>',
    'make labelled fields of corrected sessions (or of all): what nobody looked at is ignored, whole slides are held back',
    async () => (await import('./train-sessions.ts')).runDatasetFromSession,
  )
    .requiredOption('--out <dir>', 'folder to make')
    .option('--data-dir <dir>', 'data folder that the sessions are in (default: .smearscope)')
    .option('--one-slide', 'sessions of one slide: hold back blocks of it, which are no held-back slides')
    .option('--practice', 'take fields of the virtual microscope too')
    .option('--most-fields <n>', 'at most so many fields, those with the most to correct', natural)
    .addOption(jsonFlag());

  splitFlag(
    add('check <dir>', 'look for what is wrong with labelled fields', async () => (await import('./dataset-check.ts')).runDatasetCheck),
  )
    .addOption(formatOption())
    .option('--classes <names>', 'what the labels may be, with commas', list)
    .option('--against <dir>', 'another set, to find the pictures that are in both')
    .option('--fix', 'correct what can be corrected: in --out, or in place with the folder as it was beside it')
    .option('--out <dir>', 'folder to make for the corrected set')
    .option('--all', 'list every finding')
    .addOption(jsonFlag());

  add('split <dir>', 'divide labelled fields into train, val and test', async () => (await import('./dataset-split.ts')).runDatasetSplit)
    .requiredOption('--out <dir>', 'folder to make')
    .addOption(formatOption())
    .addOption(new Option('--to <kind>', 'format to write (default: the one they are in)').choices(DATASET_FORMATS))
    .option('--train <share>', 'share of the fields', share, 0.8)
    .option('--val <share>', 'share of the fields', share, 0.1)
    .option('--test <share>', 'share of the fields', share, 0.1)
    .option('--seed <n>', 'another number, another division', natural, 1)
    .option('--group <regex>', 'fields in whose names it finds the same stay together, such as "^(slide\\d+)_"')
    .option('--test-fields <file>', 'names of the fields that are the test part, one a line')
    .option('--mix-test', 'divide the fields of the present test split anew too; they stay in test otherwise')
    .addOption(jsonFlag());

  splitFlag(add('show <dir>', 'draw fields with their boxes on one sheet', async () => (await import('./dataset-show.ts')).runDatasetShow))
    .requiredOption('--out <file>', 'sheet to write: .png, .webp or .jpg')
    .addOption(formatOption())
    .option('--classes <names>', 'names of the classes of a YOLO set that names none, with commas', list)
    .option('--field <name>', 'this field; may be given again', collect)
    .option('--count <n>', 'how many fields', natural, 12)
    .option('--seed <n>', 'which fields', natural, 1)
    .option('--columns <n>', 'fields in a row', natural, 4)
    .option('--worst', 'the fields that check finds most on, with what it found pointed out')
    .addOption(jsonFlag());
};
