/** What a command has of the world: where its words go, and the signal that a person gave up on it. */
export type CommandIo = {
  /** Results: with `--json` one document and nothing else. */
  readonly stdout: (text: string) => void;
  /** Progress and complaints. */
  readonly stderr: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The command as it was typed, for the records of what it makes. */
  readonly command: string;
};

/**
 * How a command ended that did not simply do its work: `stopped` before its end, the line says how far it came; or done, but `incomplete`
 * for what was wrong with its input.
 */
export type CommandResult = { readonly stopped: string } | { readonly incomplete: string } | undefined;
