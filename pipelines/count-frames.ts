import type { Frame } from '../domain/frame.ts';
import { readAhead } from './operators/read-ahead.ts';
import { type Annotated, type CountOptions, type CountPorts, createSmearCounter, type SmearCounter } from './smear-counter.ts';

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
    for await (const frame of readAhead(frames, (unused) => unused[Symbol.dispose]())) {
      last?.[Symbol.dispose]();
      last = frame.retain();
      advance = counter.advance(frame, 'thrifty');
      for (const task of advance.tasks) await counter.infer(task);
      yield { frame, report: counter.report(frame, advance) };
    }
    const kept = counter.flush();
    for (const task of kept) await counter.infer(task);
    if (kept.length > 0 && last !== undefined && advance !== undefined)
      yield { frame: last.retain(), report: counter.report(last, advance) };
    return counter;
  } finally {
    last?.[Symbol.dispose]();
    for (const task of counter.flush()) counter.drop(task);
  }
}
