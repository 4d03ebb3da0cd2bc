import { Observable, type OperatorFunction } from 'rxjs';
import { createLane } from './lane.ts';

/**
 * One input at a time, in order; up to `capacity` wait, and what arrives beyond that is dropped.
 *
 *     in    a-b-c-d------------|      (capacity 2)
 *     out   ----A---B---C------|      (d: onDropped)
 *
 * `project` consumes its input; `onDropped` consumes each that it never saw. Unsubscribing aborts the signal and drops those that wait.
 * Sibling: `latestMap` keeps the newest.
 */
export const queueMap =
  <In, Out>(
    capacity: number,
    project: (input: In, signal: AbortSignal) => Promise<Out>,
    onDropped: (input: In) => void,
  ): OperatorFunction<In, Out> =>
  (source) =>
    new Observable((subscriber) =>
      createLane(source, subscriber, project, {
        admit: (waiting, input) => {
          if (waiting.length < capacity) waiting.push(input);
          else onDropped(input);
        },
        onDropped,
      }),
    );
