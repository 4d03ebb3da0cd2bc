import { type Command, Option } from 'commander';
import type { CommandIo, CommandResult } from './command-io.ts';

/** What a command's file exports: the words and flags that were given, in one object. */
export type Run<Options> = (options: Options, io: CommandIo) => Promise<CommandResult> | Promise<void>;

/** Adds a command to a group. What it runs is loaded when it is given: starting up must not wait for networks and codecs. */
export type AddCommand = <Options>(usage: string, description: string, load: () => Promise<Run<Options>>, isDefault?: boolean) => Command;

export const jsonFlag = (): Option => new Option('--json', 'print one JSON document on stdout, and progress on stderr');

const HELP = ['--help', 'say how to use it'] as const;

/** A group of commands, such as `models list | add | …`. */
export const commandGroup = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .helpOption(...HELP);

/** How commands are added to a group, or to the program itself. `finished` hears how the command ended. */
export const addTo =
  (group: Command, io: CommandIo, finished: (result: CommandResult) => void): AddCommand =>
  <Options>(usage: string, description: string, load: () => Promise<Run<Options>>, isDefault = false) =>
    group
      .command(usage, { isDefault })
      .description(description)
      .helpOption(...HELP)
      .action(async (...given: unknown[]) => {
        const command = given.at(-1) as Command;
        const words = Object.fromEntries(command.registeredArguments.map((argument, i) => [argument.name(), given[i]]));
        const run = await load();
        // Each command's own type of options is what its flags give.
        finished((await run({ ...words, ...command.opts() } as Options, io)) ?? undefined);
      });
