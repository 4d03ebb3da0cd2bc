/** The thread of the live virtual microscope: it composes the slide, then renders one frame after the other at their times. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { toFault } from '../../domain/fault.ts';
import { prepareFlow } from './flow-channel.ts';
import {
  FREE,
  type FromMicroscopeThread,
  FULL,
  type MicroscopeThreadData,
  planesOf,
  type ToMicroscopeThread,
} from './microscope-messages.ts';
import { prepareScan } from './prepare-scan.ts';

const port = parentPort!;
const { scene, frames = Number.POSITIVE_INFINITY, pictures, states: shared } = workerData as MicroscopeThreadData;
const states = new Int32Array(shared);
const planes = pictures.map((picture) => planesOf(picture, scene.options));
/** Never notified: waiting on it with a timeout is a sleep that keeps time better than a timer. */
const bell = new Int32Array(new SharedArrayBuffer(4));
/** Frames that the thread may be behind before it leaves some out: it renders several times faster than they come, and catches up. */
const MOST_LATE = 4;
const say = (message: FromMicroscopeThread): void => port.postMessage(message);

/** Renders a frame into planes and gives its capture time; ids may be left out but do not step back. */
type RenderFrame = (id: number, to: (typeof planes)[number]) => number;

const prepareFrames = async (): Promise<RenderFrame> => {
  if (scene.kind === 'flow') {
    const channel = await prepareFlow(scene.options);
    const plan = channel.startPlan();
    return (id, to) => {
      const planned = plan.frame(id);
      channel.render(planned, ...to);
      return planned.capturedAtMs;
    };
  }
  const scan = await prepareScan(scene.options);
  const plan = scan.startPlan();
  return (id, to) => {
    const { truth, smear, gain } = plan.frame(id);
    scan.render({ ...truth, smear, gain }, ...to);
    return truth.capturedAtMs;
  };
};

const show = (render: RenderFrame, startedAt: bigint): void => {
  const now = (): number => Number(process.hrtime.bigint() - startedAt) / 1e6;
  const frameMs = 1000 / scene.options.fps;
  let skipped = 0;
  for (let id = 0; id < frames; id++) {
    const lateMs = now() - id * frameMs;
    if (lateMs < 0) Atomics.wait(bell, 0, 0, -lateMs);
    const picture = states.findIndex((_, i) => Atomics.load(states, i) === FREE);
    if (lateMs > MOST_LATE * frameMs || picture < 0) {
      skipped++;
      continue;
    }
    const capturedAtMs = render(id, planes[picture]!);
    Atomics.store(states, picture, FULL);
    say({ type: 'frame', picture, id, capturedAtMs, skipped });
  }
  say({ type: 'ended', skipped });
};

try {
  const render = await prepareFrames();
  const started = once(port, 'message') as Promise<[ToMicroscopeThread]>;
  say({ type: 'ready' });
  const [{ startedAt }] = await started;
  show(render, startedAt);
} catch (error) {
  say({ type: 'failed', fault: toFault(error) });
}
