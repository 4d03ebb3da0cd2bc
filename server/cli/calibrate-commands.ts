import { type Command, InvalidArgumentError } from 'commander';
import { type AddCommand, addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { withConfigurationFlags } from './configuration-flags.ts';

const micrometres = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0.1 && value <= 100_000))
    throw new InvalidArgumentError('micrometres are needed, from 0.1 to 100000');
  return value;
};

const place = (text: string): readonly [number, number] => {
  const found = /^\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*$/.exec(text);
  if (found === null) throw new InvalidArgumentError('a place is x,y in pixels');
  return [Number(found[1]), Number(found[2])];
};

/** Adds `calibrate SOURCE | list | show | delete` to the command line. `finished` hears how the command ended. */
export const addCalibrateCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const addPlain = addTo(
    commandGroup(program, 'calibrate', 'measure scale, flat field and white balance of an objective, and keep them as a profile'),
    io,
    finished,
  );
  const add: AddCommand = (usage, description, load, isDefault) =>
    withConfigurationFlags(addPlain(usage, description, load, isDefault), isDefault ? ['dataDir', 'model', 'engine'] : ['dataDir']);

  add(
    'measure <source>',
    'measure on a source’s pictures (the word measure may be left out)',
    async () => (await import('./calibrate.ts')).runCalibrate,
    true,
  )
    .option('--micrometer <um>', 'scale: find the lines of a stage micrometer that are so many µm apart', micrometres)
    .option('--length-um <um>', 'scale: so many µm lie between --from and --to', micrometres)
    .option('--from <x,y>', 'where the known length begins, in pixels', place)
    .option('--to <x,y>', 'where it ends', place)
    .option('--red-cells', 'scale: from the red cells, good to about 7 %')
    .option('--flat-field <source>', 'flat field and white balance: pictures of an empty area (may be the same source)')
    .option('--save <name>', 'keep it as a profile of this name')
    .option('--objective <text>', 'the objective, as in "100× oil"')
    .option('--replace', 'replace a profile of that name')
    .addOption(jsonFlag());
  add('list', 'list the profiles', async () => (await import('./calibrate-profiles.ts')).runCalibrateList).addOption(jsonFlag());
  add(
    'show <profile>',
    'say what is in a profile: its name, or the path of a file',
    async () => (await import('./calibrate-profiles.ts')).runCalibrateShow,
  ).addOption(jsonFlag());
  add('delete <profile>', 'delete a profile', async () => (await import('./calibrate-profiles.ts')).runCalibrateDelete);
};
