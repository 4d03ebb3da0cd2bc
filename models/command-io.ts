/** How far a command is: a share from 0 to 1, and the words for it. */
export type CommandStatus = { readonly share: number; readonly text: string };

/** What a long command of this room needs from around it. */
export type CommandIo = {
  /** A line for the person who waits. */
  progress(line: string): void;
  /** How far it is, as often as it likes: the newest is shown, on one line that is written over. `undefined` takes it away. */
  status?(status: CommandStatus | undefined): void;
  /** Aborted when the command is to stop at the next good moment. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** The command as a user would type it, for the records of what it makes. */
  readonly command: string;
};
