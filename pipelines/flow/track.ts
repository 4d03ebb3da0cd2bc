import { NEVER, Observable, type OperatorFunction } from 'rxjs';
import { advanceFlow, emptyFlow, type FlowObservation, type FlowRules, type FlowWorld } from './flow-world.ts';

/**
 * Observations in, worlds out, one for each: the moving cells as they are known then. A replay of the same observations gives the same worlds.
 * What arrives on `resets` forgets everything.
 *
 *     observations  a---b---c---|
 *     resets        ------x------
 *     worlds        A---AB-0-C---|
 */
export const track =
  (rules: FlowRules, resets: Observable<unknown> = NEVER): OperatorFunction<FlowObservation, FlowWorld> =>
  (source) =>
    new Observable((subscriber) => {
      let world = emptyFlow();
      const forgotten = resets.subscribe(() => {
        world = emptyFlow();
        subscriber.next(world);
      });
      const subscription = source.subscribe({
        next: (observation) => {
          world = advanceFlow(world, observation, rules);
          subscriber.next(world);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      return () => {
        forgotten.unsubscribe();
        subscription.unsubscribe();
      };
    });
