import { defer, Observable, type OperatorFunction, Subject } from 'rxjs';
import type { Frame } from '../../domain/frame.ts';
import { latestMap } from '../operators/latest-map.ts';
import type { Annotated } from '../smear-counter.ts';
import type { FlowCounter, FlowTask } from './flow-counter.ts';
import { track } from './track.ts';

/**
 * Counts flowing cells live: each frame leaves at once, every cell where it is expected by then, and the network runs beside it on the newest frame.
 * Frames that it does not come to are counted as dropped; the tracks carry over them. Consumes the frames; whoever takes an annotated one disposes it.
 *
 *     frames     a-b-c-d-e-|
 *     network     [-a-][-c-]        (b: dropped)
 *     annotated  a-b-c-d-e-|        (the cells of a are carried on from c on)
 */
export const countFlow =
  (counter: FlowCounter, resets: Observable<unknown>): OperatorFunction<Frame, Annotated> =>
  (source) =>
    new Observable<Annotated>((subscriber) => {
      const tasks = new Subject<FlowTask>();
      const observations = tasks.pipe(latestMap((task, signal) => counter.observe(task, signal), counter.drop));
      // The lines are laid out by the size of the first frame.
      const worlds = defer(() => observations.pipe(track(counter.rules, resets)));
      let tracking: ReturnType<typeof worlds.subscribe> | undefined;
      const begin = () =>
        worlds.subscribe({
          next: counter.take,
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
      const frames = source.subscribe({
        next: (frame) => {
          const look = counter.look(frame);
          tracking ??= begin();
          if (look.isTrusted) tasks.next(counter.task(frame));
          subscriber.next({ frame, report: counter.report(frame, look) });
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          tracking ??= begin();
          tasks.complete();
        },
      });
      return () => {
        frames.unsubscribe();
        tracking?.unsubscribe();
      };
    });
