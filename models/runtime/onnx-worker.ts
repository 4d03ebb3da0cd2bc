/** The thread that runs one network: it blocks while ONNX Runtime computes, so that the thread of the pipeline does not. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromOnnxThread, OnnxThreadData, ToOnnxThread } from './onnx-messages.ts';
import { type OnnxNetwork, openOnnxNetwork } from './onnx-network.ts';

const port = parentPort!;
const say = (message: FromOnnxThread): void => port.postMessage(message);
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const listen = (network: OnnxNetwork): void => {
  let last: Promise<unknown> = Promise.resolve();
  const detect = async ({ job, picture, tiles, scale }: Extract<ToOnnxThread, { type: 'detect' }>): Promise<void> => {
    try {
      say({ type: 'found', job, detections: await network.detect(picture, tiles, scale) });
    } catch (error) {
      say({ type: 'failed', job, what: words(error) });
    }
  };
  port.on('message', (message: ToOnnxThread) => {
    switch (message.type) {
      case 'detect':
        // One after the other: jobs share input memory.
        last = last.then(() => detect(message));
        break;
      case 'close':
        last = last.then(() => network.release()).finally(() => port.close());
        break;
      default:
        message satisfies never;
    }
  });
};

try {
  const network = await openOnnxNetwork(workerData as OnnxThreadData);
  const tried = typeof network === 'string' ? network : await network.tryRun();
  if (typeof network === 'string' || typeof tried === 'string') {
    say({ type: 'unusable', because: 'mismatch', what: String(tried) });
    port.close();
  } else {
    listen(network);
    say({ type: 'ready', warmMs: tried });
  }
} catch (error) {
  say({ type: 'unusable', because: 'provider', what: words(error) });
  port.close();
}
