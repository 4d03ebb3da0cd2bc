import { parentPort, workerData } from 'node:worker_threads';
import { openCellClassifier } from '../../models/classify/cell-classifier.ts';
import { loadClassifier } from '../../models/classify/load-classifier.ts';
import type { FromClassifyThread, ToClassifyThread } from './classify-messages.ts';
import { classifyPicture } from './classify-picture.ts';

const port = parentPort!;
const say = (message: FromClassifyThread): void => port.postMessage(message);
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const { card, network } = await loadClassifier(workerData as string);
  const classifier = await openCellClassifier(card, network);
  let last: Promise<void> = Promise.resolve();
  const classify = async ({ job, picture, umPerPx }: ToClassifyThread): Promise<void> => {
    try {
      say({ type: 'classified', job, classification: await classifyPicture(classifier, picture, umPerPx) });
    } catch (error) {
      say({ type: 'failed', job, what: words(error) });
    }
  };
  port.on('message', (message: ToClassifyThread) => {
    last = last.then(() => classify(message));
  });
  say({ type: 'ready' });
} catch (error) {
  say({ type: 'unusable', what: words(error) });
  port.close();
}
