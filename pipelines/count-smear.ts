import { Observable, type OperatorFunction, Subject } from 'rxjs';
import type { Frame } from '../domain/frame.ts';
import { queueMap } from './operators/queue-map.ts';
import type { Annotated, SmearCounter } from './smear-counter.ts';
import type { Task } from './stages/plan.ts';

/** Runs that may wait for the network: those for what a moving stage is about to leave behind. */
const WAITING_RUNS = 6;

/**
 * Counts live: each frame leaves at once with the overlay of the map as it is, and the network runs beside it. While it is busy new area
 * stays pending; what would be lost waits in a short queue, beyond which runs are dropped, counted, and their area pending again.
 * Consumes the frames; whoever takes an annotated one disposes it.
 *
 *     frames     a-b-c-d-e-|
 *     network     [--a--][--d--]
 *     annotated  a-b-c-d-e-|       (the cells of a are in the overlay from d on)
 */
export const countSmear =
  (counter: SmearCounter, onRun: () => void = () => {}): OperatorFunction<Frame, Annotated> =>
  (source) =>
    new Observable<Annotated>((subscriber) => {
      const tasks = new Subject<Task>();
      let running = 0;
      const runs = tasks
        .pipe(
          queueMap(
            WAITING_RUNS,
            async (task, signal) => {
              try {
                await counter.infer(task, signal);
              } finally {
                running--;
              }
            },
            (task) => {
              running--;
              counter.drop(task);
            },
          ),
        )
        .subscribe({ next: onRun, error: (error) => subscriber.error(error), complete: () => subscriber.complete() });
      const run = (task: Task): void => {
        running++;
        tasks.next(task);
      };
      const frames = source.subscribe({
        next: (frame) => {
          const advance = counter.advance(frame, running > 0 ? 'busy' : 'eager');
          for (const task of advance.tasks) run(task);
          subscriber.next({ frame, report: counter.report(frame, advance) });
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          for (const task of counter.flush()) run(task);
          tasks.complete();
        },
      });
      return () => {
        frames.unsubscribe();
        runs.unsubscribe();
        for (const task of counter.flush()) counter.drop(task);
      };
    });
