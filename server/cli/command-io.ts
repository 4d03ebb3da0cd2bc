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

/** A command that was stopped before its end; `line` says how far it came. */
export type CommandResult = { readonly stopped: string } | undefined;
