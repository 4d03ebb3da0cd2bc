import type { Frame } from '../domain/frame.ts';
import { readAhead } from './operators/read-ahead.ts';
import { type Annotated, type CountOptions, type CountPorts, createSmearCounter, type SmearCounter } from './smear-counter.ts';
import type { Task } from './stages/plan.ts';

/** One run after the other; those after one that failed are given up. */
const inferAll = async (counter: SmearCounter, tasks: readonly Task[]): Promise<void> => {
  const left = [...tasks];
  try {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await counter.infer(task);
  } finally {
    for (const task of left) counter.drop(task);
  }
};

/**
 * Counts frame after frame and waits for the network each time: nothing is dropped, and the same frames give the same counts.
 * Consumes the frames; whoever takes an annotated one disposes it. The last frame is given again at the end when what was kept for it is analysed.
 */
export async function* countFrames(
  frames: AsyncIterable<Frame>,
  ports: CountPorts,
  options: CountOptions,
  counter: SmearCounter = createSmearCounter(ports, options),
): AsyncGenerator<Annotated, SmearCounter, undefined> {
  let last: Frame | undefined;
  try {
    let advance: ReturnType<SmearCounter['advance']> | undefined;
    for await (const given of readAhead(frames, (unused) => unused[Symbol.dispose]())) {
      using frame = given;
      last?.[Symbol.dispose]();
      last = frame.retain();
      advance = counter.advance(frame, 'thrifty');
      await inferAll(counter, advance.tasks);
      yield { frame: frame.retain(), report: counter.report(frame, advance) };
    }
    const kept = counter.flush();
    await inferAll(counter, kept);
    if (kept.length > 0 && last !== undefined && advance !== undefined)
      yield { frame: last.retain(), report: counter.report(last, advance) };
    return counter;
  } finally {
    last?.[Symbol.dispose]();
    for (const task of counter.flush()) counter.drop(task);
  }
}
