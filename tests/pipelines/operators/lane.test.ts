import fc from 'fast-check';
import { type OperatorFunction, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { latestMap } from '../../../pipelines/operators/latest-map.ts';
import { queueMap } from '../../../pipelines/operators/queue-map.ts';
import { quiet } from './play-marbles.ts';

type Work = (input: number, signal: AbortSignal) => Promise<number>;
type MakeOperator = (work: Work, onDropped: (input: number) => void) => OperatorFunction<number, number>;

const step = fc.constantFrom('emit', 'emit', 'emit', 'finish', 'finish', 'pause', 'fail', 'complete', 'error', 'unsubscribe');
type Step = 'emit' | 'finish' | 'pause' | 'fail' | 'complete' | 'error' | 'unsubscribe';
type Life = { readonly emitted: number[]; readonly begun: number[]; readonly dropped: number[]; readonly out: number[] };

/** Takes an operator through a life of steps; `check` is called after each, `ended` tells how it stands with the subscriber. */
const live = async (
  make: MakeOperator,
  steps: readonly Step[],
  check: (life: Life, ended: 'no' | 'complete' | 'error' | 'unsubscribed', working: number | undefined) => void,
): Promise<void> => {
  const source = new Subject<number>();
  const life: Life = { emitted: [], begun: [], dropped: [], out: [] };
  let working: { input: number; resolve: (output: number) => void; reject: (error: unknown) => void; signal: AbortSignal } | undefined;
  let ended: 'no' | 'complete' | 'error' | 'unsubscribed' = 'no';
  let silentFrom: number | undefined;
  const work: Work = (input, signal) => {
    expect(working, 'one at a time').toBeUndefined();
    life.begun.push(input);
    return new Promise((resolve, reject) => {
      working = { input, resolve, reject, signal };
    });
  };
  const subscription = source.pipe(make(work, (input) => life.dropped.push(input))).subscribe({
    next: (output) => life.out.push(output),
    error: () => {
      ended = 'error';
    },
    complete: () => {
      ended = 'complete';
    },
  });
  const settle = (how: 'resolve' | 'reject'): void => {
    const settled = working;
    working = undefined;
    if (how === 'resolve') settled?.resolve(settled.input);
    else settled?.reject(new Error('the worker failed'));
  };
  let next = 1;
  for (const [i, now] of [...steps, 'unsubscribe' as const, 'finish' as const].entries()) {
    const wasWorking = working;
    if (now === 'emit' && source.observed) {
      life.emitted.push(next);
      source.next(next++);
    } else if (now === 'finish') settle('resolve');
    else if (now === 'fail') settle('reject');
    else if (now === 'complete') source.complete();
    else if (now === 'error') source.error(new Error('the source failed'));
    else if (now === 'unsubscribe') {
      if (!subscription.closed) ended = 'unsubscribed';
      subscription.unsubscribe();
      if (wasWorking !== undefined && ended === 'unsubscribed') expect(wasWorking.signal.aborted).toBe(true);
    }
    await quiet();
    if (silentFrom !== undefined) expect(life.out.length, `silence at step ${i}`).toBe(silentFrom);
    if (ended !== 'no') silentFrom ??= life.out.length;
    check(life, ended, working?.input);
  }
};

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe.each<{ name: string; make: MakeOperator; mayWait: number }>([
  { name: 'latestMap', make: latestMap, mayWait: 1 },
  ...[0, 1, 3].map((capacity) => ({
    name: `queueMap(${capacity})`,
    make: (work: Work, onDropped: (input: number) => void) => queueMap(capacity, work, onDropped),
    mayWait: capacity,
  })),
])('$name', ({ make, mayWait }) => {
  test('works on each input or drops it, once; keeps their order; is silent after the end; completes after the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let completeAsked = false;
        let seen = 0;
        await live(make, steps, ({ emitted, begun, dropped, out }, ended, working) => {
          const met = [...begun, ...dropped];
          expect(new Set(met).size, 'no input twice').toBe(met.length);
          expect(emitted).toEqual(expect.arrayContaining(met));
          expect(emitted.length - met.length).toBeLessThanOrEqual(mayWait);
          if (ended !== 'no') expect(sorted(met), 'none is left over').toEqual(emitted);
          if (working === undefined && ended === 'no') expect(sorted(met), 'idle only with nothing waiting').toEqual(emitted);
          expect(begun).toEqual(sorted(begun));
          expect(out).toEqual(begun.slice(0, out.length));
          completeAsked ||= steps[seen] === 'complete';
          if (ended === 'complete') expect([completeAsked, out]).toEqual([true, begun]);
          if (completeAsked && working === undefined) expect(ended).not.toBe('no');
          seen++;
        });
      }),
      { numRuns: 150 },
    );
  });
});

test('latestMap never lets an older input wait in the place of a newer one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom<Step>('emit', 'emit', 'finish'), { maxLength: 40 }), async (steps) => {
      await live(latestMap, steps, ({ emitted, begun, dropped }) => {
        const waiting = emitted.filter((input) => !begun.includes(input) && !dropped.includes(input));
        if (waiting.length > 0) expect(waiting).toEqual([emitted.at(-1)]);
      });
    }),
    { numRuns: 60 },
  );
});

test('queueMap drops an input only when its queue is full, and then the new one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom<Step>('emit', 'emit', 'emit', 'finish'), { maxLength: 40 }), async (steps) => {
      const make: MakeOperator = (work, onDropped) => queueMap(2, work, onDropped);
      let droppedBefore = 0;
      let at = 0;
      await live(make, steps, ({ emitted, begun, dropped }) => {
        if (dropped.length > droppedBefore && at < steps.length) {
          expect(dropped.at(-1)).toBe(emitted.at(-1));
          expect(emitted.length - begun.length - dropped.length).toBe(2);
        }
        droppedBefore = dropped.length;
        at++;
      });
    }),
    { numRuns: 60 },
  );
});
