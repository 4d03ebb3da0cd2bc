import type { Frame } from '../../domain/frame.ts';
import { readAhead } from '../operators/read-ahead.ts';
import type { Annotated } from '../smear-counter.ts';
import type { FlowCounter } from './flow-counter.ts';
import { advanceFlow, emptyFlow } from './flow-world.ts';

/**
 * Counts flowing cells frame after frame and waits for the network each time: nothing is dropped, and the same frames give the same identities.
 * Consumes the frames; whoever takes an annotated one disposes it. Sibling: `countFlow`.
 */
export async function* countFlowFrames(frames: AsyncIterable<Frame>, counter: FlowCounter): AsyncGenerator<Annotated, void, undefined> {
  let world = emptyFlow();
  for await (const given of readAhead(frames, (unused) => unused[Symbol.dispose]())) {
    using frame = given;
    const look = counter.look(frame);
    if (look.isTrusted) {
      world = advanceFlow(world, await counter.observe(counter.task(frame)), counter.rules);
      counter.take(world);
    }
    yield { frame: frame.retain(), report: counter.report(frame, look) };
  }
}
