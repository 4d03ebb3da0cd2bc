import type { CommandIo } from './command-io.ts';

const ON_TERMINAL_MS = 200;
const IN_LOG_MS = 5000;

/** Says now and then how far a command is: a line that is written over on a terminal, one every `inLogMs` in a log. */
export const createProgress = (io: CommandIo, terminal: boolean = process.stderr.isTTY === true, inLogMs: number = IN_LOG_MS) => {
  let saidAt = performance.now();
  let open = false;
  return {
    say: (line: () => string): void => {
      const now = performance.now();
      if (now - saidAt < (terminal ? ON_TERMINAL_MS : inLogMs)) return;
      saidAt = now;
      io.stderr(terminal ? `\r\u001B[K${line()}` : `${line()}\n`);
      open = terminal;
    },
    /** Takes the line away, so that what follows begins on a clean one. */
    end: (): void => {
      if (open) io.stderr('\r\u001B[K');
      open = false;
    },
  };
};
