import type { Observable, Subscriber, TeardownLogic } from 'rxjs';

/** What becomes of inputs that arrive while one is being worked on. */
export type LanePolicy<In> = {
  /** Puts the input among those that wait, or drops it or others. */
  admit(waiting: In[], input: In): void;
  onDropped(input: In): void;
};

/** One asynchronous worker behind a source: the common part of `latestMap` and `queueMap`. Each input is projected or dropped, once. */
export const createLane = <In, Out>(
  source: Observable<In>,
  subscriber: Subscriber<Out>,
  project: (input: In, signal: AbortSignal) => Promise<Out>,
  { admit, onDropped }: LanePolicy<In>,
): TeardownLogic => {
  const abort = new AbortController();
  const waiting: In[] = [];
  let busy = false;
  let ended = false;

  const work = async (first: In): Promise<void> => {
    busy = true;
    for (let input: In | undefined = first; input !== undefined; input = waiting.shift()) {
      try {
        const output = await project(input, abort.signal);
        if (abort.signal.aborted) return;
        subscriber.next(output);
      } catch (error) {
        if (!abort.signal.aborted) subscriber.error(error);
        return;
      }
    }
    busy = false;
    if (ended) subscriber.complete();
  };

  const subscription = source.subscribe({
    next: (input) => {
      if (abort.signal.aborted) onDropped(input);
      else if (busy) admit(waiting, input);
      else void work(input);
    },
    error: (error) => subscriber.error(error),
    complete: () => {
      ended = true;
      if (!busy) subscriber.complete();
    },
  });

  return () => {
    abort.abort();
    subscription.unsubscribe();
    for (const input of waiting.splice(0)) onDropped(input);
  };
};
