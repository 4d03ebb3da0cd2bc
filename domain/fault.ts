/**
 * Everything that can go wrong and that a person can do something about. The message of a fault says what failed,
 * on what, and what to do next, in one line. Edges turn faults into exit codes, HTTP answers and wire messages.
 */
export type Fault =
  | { readonly kind: 'usage'; readonly what: string; readonly remedy: string }
  | { readonly kind: 'config'; readonly key: string; readonly what: string; readonly remedy: string }
  | { readonly kind: 'source'; readonly source: string; readonly what: string; readonly remedy: string; readonly passing: boolean }
  | { readonly kind: 'bundle'; readonly bundle: string; readonly what: string; readonly remedy: string }
  | { readonly kind: 'engine'; readonly engine: string; readonly what: string; readonly remedy: string }
  | { readonly kind: 'data'; readonly path: string; readonly what: string; readonly remedy: string }
  | { readonly kind: 'internal'; readonly what: string; readonly remedy: string };

const subject = (fault: Fault): string | undefined => {
  switch (fault.kind) {
    case 'config':
      return fault.key;
    case 'source':
      return fault.source;
    case 'bundle':
      return fault.bundle;
    case 'engine':
      return fault.engine;
    case 'data':
      return fault.path;
    case 'usage':
    case 'internal':
      return undefined;
    default:
      return fault satisfies never;
  }
};

/** One line: what failed, on what, what to do next. */
export const faultLine = (fault: Fault): string => {
  const on = subject(fault);
  const line = on === undefined ? `${fault.what}: ${fault.remedy}` : `${fault.what}: ${on}: ${fault.remedy}`;
  return line.replaceAll(/\s*[\r\n]+\s*/g, ' ');
};

/** The one error class of the project; `fault` has the data, `cause` what led to it. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;

  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(faultLine(fault), options);
    this.fault = fault;
  }
}

export const isFault = (error: unknown): error is FaultError => error instanceof FaultError;

/** The fault within an error, or an `internal` one around it. */
export const toFault = (error: unknown): Fault =>
  isFault(error)
    ? error.fault
    : {
        kind: 'internal',
        what: error instanceof Error ? error.message : String(error),
        remedy: 'please report this with the command that led to it',
      };

/** Exit code of the command line: 2 for bad usage or bad input, 1 for what failed by itself. */
export const faultExitCode = (fault: Fault): 1 | 2 => (fault.kind === 'internal' || fault.kind === 'engine' ? 1 : 2);
