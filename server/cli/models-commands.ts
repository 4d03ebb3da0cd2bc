import { type Command, InvalidArgumentError, Option } from 'commander';
import { outputLayouts } from '../../domain/foreign-card.ts';
import { DATASET_FORMATS } from '../../models/datasets/dataset-format.ts';
import { addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';

const within =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= low && value <= high)) throw new InvalidArgumentError(`a number from ${low} to ${high} is needed`);
    return value;
  };

/** Adds `models [list] | promote | back | add | classify | draw | quantise` to the command line. `finished` hears how the command ended. */
export const addModelsCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const add = addTo(commandGroup(program, 'models', 'list model bundles, put one in use, or bring one in'), io, finished);

  add('list', 'list the model bundles and their cards', async () => (await import('./models.ts')).runModels, true)
    .option('--data-dir <dir>', 'data folder with the promoted ones (default: .smearscope)')
    .addOption(jsonFlag());

  add(
    'promote <bundle>',
    'use a bundle from now on, if it is nowhere worse than the present one by more than a point',
    async () => (await import('./models-promote.ts')).runModelsPromote,
  )
    .option('--replace <name>', 'name that is to stand for it', 'default')
    .option('--known <dirs...>', 'further labelled fields that it must not be worse on, never trained on')
    .option('--data-dir <dir>', 'data folder (default: .smearscope)')
    .addOption(jsonFlag());

  add('back', 'go back to the bundle that was in use before', async () => (await import('./models-promote.ts')).runModelsBack)
    .option('--replace <name>', 'name that stands for it', 'default')
    .option('--data-dir <dir>', 'data folder (default: .smearscope)')
    .addOption(jsonFlag());

  add('add <file>', 'make a bundle of an ONNX detector made elsewhere', async () => (await import('./models-add.ts')).runModelsAdd)
    .requiredOption('--classes <names>', 'its classes in order, with commas, or a text file with one a line')
    .requiredOption('--um-per-px <n>', 'micrometres for one input pixel at which it was trained', within(0.001, 10))
    .option('--name <name>', 'what to call it (default: the name of the file)')
    .option('--out <dir>', 'folder to make (default: .smearscope/models/NAME, where --model finds it by name)')
    .addOption(
      new Option('--layout <kind>', 'how its outputs are laid out (default: recognised by their shapes)').choices([...outputLayouts]),
    )
    .option('--tile-px <n>', 'side of a tile, where the network takes any size (default: 640)', within(64, 2048))
    .option('--threshold <score>', 'lowest score that counts (default: 0.25)', within(0, 1))
    .option('--licence <text>', 'licence of its weights')
    .addOption(jsonFlag());

  add(
    'classify <pictures...>',
    'say what kind the white cell or platelet in the middle of each picture is likely to be',
    async () => (await import('./models-classify.ts')).runModelsClassify,
  )
    .requiredOption('--um-per-px <n>', 'micrometres for one pixel of the pictures', within(0.001, 10))
    .option('--model <bundle>', 'name of a classifier, or the path of its folder', 'white-cells')
    .option('--heat-maps <dir>', 'draw where it is seen: a PNG for each picture')
    .addOption(jsonFlag());

  add(
    'draw <pictures...>',
    'draw the cells of pictures, however large: outlines as COCO, label images, masks, and pictures with outlines',
    async () => (await import('./models-draw.ts')).runModelsDraw,
  )
    .requiredOption('--um-per-px <n>', 'micrometres for one pixel of the pictures', within(0.001, 10))
    .requiredOption('--out <dir>', 'folder to make')
    .option('--model <bundle>', 'name of a bundle that draws, or the path of its folder', 'default')
    .addOption(jsonFlag());

  add('quantise <bundle>', 'add an 8-bit network to a bundle', async () => (await import('./models-quantise.ts')).runModelsQuantise)
    .requiredOption('--data <dir>', 'folder of labelled fields')
    .addOption(new Option('--format <kind>', 'how they are labelled').choices(DATASET_FORMATS).makeOptionMandatory())
    .option('--split <name>', 'fields that give the ranges of the maps', 'train')
    .option('--measure <name>', 'fields on which the loss is measured', 'val')
    .option('--pictures <n>', 'at most so many fields give the ranges (default: 48)', within(1, 500))
    .option('--um-per-px <n>', 'scale of the pictures (default: from the red cells’ boxes)', within(0.001, 10))
    .option('--out <dir>', 'folder of the new bundle (default: the bundle itself)')
    .addOption(jsonFlag());
};
