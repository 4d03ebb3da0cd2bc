/** What a long command of this room needs from around it. */
export type CommandIo = {
  /** A line for the person who waits. */
  progress(line: string): void;
  /** Aborted when the command is to stop at the next good moment. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** The command as a user would type it, for the records of what it makes. */
  readonly command: string;
};
