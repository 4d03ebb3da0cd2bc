import { type OperatorFunction, Subject } from 'rxjs';

type Worker = (input: string) => Promise<string>;
type MakeOperator = (work: Worker, onDropped: (input: string) => void) => OperatorFunction<string, string>;

/** Pictures of one play, a character a tick: what came out, what was dropped, and how it ended (`|` or `#`). */
export type Pictures = { readonly out: string; readonly dropped: string; readonly end: string };

/** Lets every promise that is settled by now speak. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Plays a picture of inputs to an operator whose worker takes `ticks` and gives the input in capitals; `!` makes it fail.
 * In the picture `|` completes the source, `#` fails it, `^` unsubscribes. Within a tick the worker comes before the source.
 */
export const playMarbles = async (make: MakeOperator, picture: string, ticks: number): Promise<Pictures> => {
  const source = new Subject<string>();
  const due = new Map<number, () => void>();
  const blank = (): string[] => Array.from(picture, () => '-');
  const [out, dropped, end] = [blank(), blank(), blank()];
  let tick = 0;
  const note = (into: string[], sign: string): void => {
    into[tick] = into[tick] === '-' ? sign : `(${into[tick]}${sign})`;
  };
  const work: Worker = (input) =>
    new Promise((resolve, reject) => {
      due.set(tick + ticks, input === '!' ? () => reject(new Error('the worker failed')) : () => resolve(input.toUpperCase()));
    });
  const subscription = source.pipe(make(work, (input) => note(dropped, input))).subscribe({
    next: (output) => note(out, output),
    error: () => note(end, '#'),
    complete: () => note(end, '|'),
  });
  for (; tick < picture.length; tick++) {
    due.get(tick)?.();
    await quiet();
    const sign = picture[tick]!;
    if (sign === '|') source.complete();
    else if (sign === '#') source.error(new Error('the source failed'));
    else if (sign === '^') subscription.unsubscribe();
    else if (sign !== '-') source.next(sign);
    await quiet();
  }
  return { out: out.join(''), dropped: dropped.join(''), end: end.join('') };
};
