import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import type { CommandIo } from './command-io.ts';
import { createProgress } from './progress.ts';
import { statusLine } from './status-line.ts';

/** Between two words on how far a training is, in a log. */
const IN_LOG_MS = 20_000;

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
      else progress.say(() => statusLine(status, terminal ? (process.stderr.columns ?? 80) : undefined));
    },
    signal: io.signal,
    nowMs: () => Date.now(),
    command: io.command,
  };
};
