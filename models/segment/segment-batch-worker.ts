import { parentPort, workerData } from 'node:worker_threads';
import { type Fault, FaultError } from '../../domain/fault.ts';
import { loadSegmentData } from './load-segment-data.ts';
import { type SegmentBatch, segmentBatches } from './segment-batches.ts';
import type { SegmentRecipe } from './segment-recipe.ts';

/** What the thread is given when it begins; `memory` in MiB. */
export type BatchThreadData = {
  readonly recipe: SegmentRecipe;
  readonly dataRoot: string;
  readonly memory: number;
  readonly stride: number;
};

/** What it answers to a step. */
export type BatchAnswer = { readonly step: number } & (
  | { readonly batch: SegmentBatch }
  | { readonly fault: Fault }
  | { readonly why: string }
);

const { recipe, dataRoot, memory, stride } = workerData as BatchThreadData;
const supply = loadSegmentData(recipe, dataRoot, () => undefined, memory).then((data) => segmentBatches(recipe, data, stride));

const answer = async (step: number): Promise<BatchAnswer> => {
  try {
    return { step, batch: await (await supply).batch(step) };
  } catch (error) {
    return error instanceof FaultError ? { step, fault: error.fault } : { step, why: String(error) };
  }
};

parentPort!.on('message', async (step: number) => {
  const said = await answer(step);
  const buffers =
    'batch' in said ? [said.batch.pixels, said.batch.targets, said.batch.weights].map(({ buffer }) => buffer as ArrayBuffer) : [];
  parentPort!.postMessage(said, buffers);
});
