import { CommanderError } from 'commander';
import { faultExitCode, faultLine, toFault } from '../../domain/fault.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { createProgram } from './program.ts';

/** Runs one command line (without `node` and the script) and gives its exit code: 0 done, 1 failed or stopped, 2 bad usage or bad input. */
export const runCommandLine = async (words: readonly string[], io: CommandIo): Promise<0 | 1 | 2> => {
  let result: CommandResult;
  const program = createProgram(io, (commandResult) => {
    result = commandResult;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (io.signal.aborted) {
      io.stderr('stopped before it was done\n');
      return 1;
    }
    const fault = toFault(error);
    io.stderr(`${faultLine(fault)}\n`);
    const { DEBUG } = process.env;
    if (fault.kind === 'internal' && DEBUG !== undefined) io.stderr(`${(error as Error)?.stack}\n`);
    return faultExitCode(fault);
  }
  if (result === undefined) return 0;
  io.stderr(`${'stopped' in result ? result.stopped : result.incomplete}\n`);
  return 'stopped' in result ? 1 : 2;
};
