import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import type { CommandIo } from './command-io.ts';
import { createProgress } from './progress.ts';
import { statusLine } from './status-line.ts';

/** Between two words on how far a training is, in a log. */
const IN_LOG_MS = 20_000;

/** Of a terminal that does not tell how wide it is, or says 0. */
const UNKNOWN_COLUMNS = 80;

/** What training, evaluation and export need of the world, from what a command has: their progress goes to stderr. */
export const modelIo = (io: CommandIo, terminal: boolean = process.stderr.isTTY === true): ModelIo => {
  const progress = createProgress(io, terminal, IN_LOG_MS);
  return {
    progress: (line) => {
      progress.end();
      io.stderr(`${line}\n`);
    },
    status: (status) => {
      if (status === undefined) progress.end();
      else progress.say(() => statusLine(status, terminal ? process.stderr.columns || UNKNOWN_COLUMNS : undefined));
    },
    signal: io.signal,
    nowMs: () => Date.now(),
    command: io.command,
  };
};
