import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import type { CommandIo } from './command-io.ts';

/** What training, evaluation and export need of the world, from what a command has: their progress goes to stderr. */
export const modelIo = (io: CommandIo): ModelIo => ({
  progress: (line) => io.stderr(`${line}\n`),
  signal: io.signal,
  nowMs: () => Date.now(),
  command: io.command,
});
