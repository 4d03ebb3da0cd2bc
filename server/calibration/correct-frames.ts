import type { CorrectLight } from '../../calibration/correct-light.ts';
import type { Frame } from '../../domain/frame.ts';

/** Frames with their light evened out, each the consumer's; as they are where there is no correction. */
export async function* correctFrames(frames: AsyncIterable<Frame>, correct: CorrectLight | undefined): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    correct?.(frame);
    yield frame;
  }
}
