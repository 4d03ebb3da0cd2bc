import type { Frame } from '../../domain/frame.ts';

/** Frames that are pushed, to be pulled: of those that come while nobody asks only the newest is kept. */
export type NewestFrames = AsyncIterable<Frame> & {
  /** Consumes the frame. */
  push(frame: Frame): void;
  /** No more will come. */
  end(): void;
};

export const createNewestFrames = (): NewestFrames => {
  let newest: Frame | undefined;
  let ended = false;
  let wake = (): void => {};
  const end = (): void => {
    ended = true;
    newest?.[Symbol.dispose]();
    newest = undefined;
    wake();
  };
  return {
    push: (frame) => {
      newest?.[Symbol.dispose]();
      newest = ended ? undefined : frame;
      if (ended) frame[Symbol.dispose]();
      wake();
    },
    end,
    async *[Symbol.asyncIterator]() {
      try {
        while (!ended) {
          const frame = newest;
          newest = undefined;
          if (frame !== undefined) yield frame;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        end();
      }
    },
  };
};
