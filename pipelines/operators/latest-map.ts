import { Observable, type OperatorFunction } from 'rxjs';
import { createLane } from './lane.ts';

/**
 * One input at a time; of those that arrive meanwhile only the newest waits.
 *
 *     in    a-b-c-d------|
 *     out   ----A----D---|      (b and c: onDropped)
 *
 * `project` consumes its input; `onDropped` consumes each that it never saw. Unsubscribing aborts the signal and drops the one that waits.
 * Sibling: `queueMap` keeps the first that wait.
 */
export const latestMap =
  <In, Out>(project: (input: In, signal: AbortSignal) => Promise<Out>, onDropped: (input: In) => void): OperatorFunction<In, Out> =>
  (source) =>
    new Observable((subscriber) =>
      createLane(source, subscriber, project, {
        admit: (waiting, input) => {
          for (const stale of waiting.splice(0)) onDropped(stale);
          waiting.push(input);
        },
        onDropped,
      }),
    );
