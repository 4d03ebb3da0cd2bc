import { parentPort, workerData } from 'node:worker_threads';
import type { ComposePlan, Unit } from './compose-plan.ts';
import { createUnitComposer } from './compose-unit.ts';
import type { CutoutBank } from './cutout-bank.ts';

/** What the thread is given when it begins. */
export type ComposeThreadData = { readonly bank: CutoutBank; readonly plan: ComposePlan; readonly out: string };

/** What it says of a unit. */
export type ComposeAnswer = { readonly unit: Unit } & ({ readonly done: true } | { readonly done: false; readonly why: string });

const { bank, plan, out } = workerData as ComposeThreadData;
const composeUnit = createUnitComposer(bank, plan, out);
parentPort!.on('message', (unit: Unit) => {
  let answer: ComposeAnswer = { unit, done: true };
  try {
    composeUnit(unit);
  } catch (error) {
    answer = { unit, done: false, why: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
});
