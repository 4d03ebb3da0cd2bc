import { parentPort, workerData } from 'node:worker_threads';
import type { FromNetworkThread, NetworkData, ToNetworkThread } from './network-messages.ts';
import { openTileNetwork, type TileNetwork } from './tile-network.ts';

const port = parentPort!;
const say = (message: FromNetworkThread): void => port.postMessage(message);
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const listen = (network: TileNetwork): void => {
  let last: Promise<unknown> = Promise.resolve();
  const detect = async ({ job, picture, tiles, scale }: Extract<ToNetworkThread, { type: 'detect' }>): Promise<void> => {
    try {
      say({ type: 'found', job, detections: await network.detect(picture, tiles, scale) });
    } catch (error) {
      say({ type: 'failed', job, what: words(error) });
    }
  };
  port.on('message', (message: ToNetworkThread) => {
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
  const network = await openTileNetwork(workerData as NetworkData);
  if (typeof network === 'string') {
    say({ type: 'unusable', because: 'mismatch', what: network });
    port.close();
  } else {
    const warmMs = await network.tileMs();
    listen(network);
    say({ type: 'ready', warmMs });
  }
} catch (error) {
  say({ type: 'unusable', because: 'engine', what: words(error) });
  port.close();
}
