import type { MediaTarget } from './media-target.ts';
import { sourceFault } from './source-fault.ts';

/** What can be stopped while it waits: FFmpeg's input, from another call. */
export type Interruptible = { interrupt(): void };

/** Runs calls that may wait for long, one at a time. */
export type CallGuard = {
  /**
   * The code that the call gives. An abort ends the call and throws the signal's reason; a call over its limit is ended with a passing
   * `source` fault. Files have no limit: they answer when the disk does.
   */
  within(limitMs: number, call: () => Promise<number>): Promise<number>;
  release(): void;
};

export const createCallGuard = (
  input: Interruptible,
  { kind, label }: Pick<MediaTarget, 'kind' | 'label'>,
  signal: AbortSignal | undefined,
): CallGuard => {
  const interrupt = (): void => input.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  return {
    within: async (limitMs, call) => {
      signal?.throwIfAborted();
      if (kind === 'file') {
        const code = await call();
        signal?.throwIfAborted();
        return code;
      }
      let settled = false;
      let timedOut = false;
      const timer = setTimeout(() => {
        // Where this thread was held up, the answer may be here already and only not heard yet: it is heard first.
        setImmediate(() => {
          if (settled) return;
          timedOut = true;
          interrupt();
        });
      }, limitMs);
      try {
        const code = await call();
        settled = true;
        signal?.throwIfAborted();
        if (timedOut)
          throw sourceFault(label, `no answer came within ${limitMs / 1000} s`, 'check the address and that the device is on', true);
        return code;
      } finally {
        settled = true;
        clearTimeout(timer);
      }
    },
    release: () => signal?.removeEventListener('abort', interrupt),
  };
};
