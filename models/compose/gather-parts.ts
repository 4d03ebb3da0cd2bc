import { createWriteStream } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BACKGROUND, CELL_KINDS, SPLITS, type SplitName } from './cell-kinds.ts';
import { type ComposePlan, imageName, type PartFacts, partFile, type Unit, unitsOf } from './compose-plan.ts';

const lines = async (out: string, unit: Unit): Promise<string[]> => (await readFile(partFile(out, unit), 'utf8')).split('\n');

export const partFacts = async (out: string, unit: Unit): Promise<PartFacts> => JSON.parse((await lines(out, unit))[0]!) as PartFacts;

/** Whether a unit is done and all its files are as long as they were written. */
export const isDone = async (out: string, plan: ComposePlan, unit: Unit): Promise<boolean> => {
  try {
    const { bytes } = await partFacts(out, unit);
    let found = 0;
    for (const folder of ['images', 'masks', ...(plan.cells ? ['cells'] : [])])
      for (let i = 0; i < unit.images; i++) found += (await stat(path.join(out, folder, unit.split, imageName(unit.firstImage + i)))).size;
    return found === bytes;
  } catch {
    return false;
  }
};

async function* document(out: string, units: readonly Unit[], licence: string): AsyncGenerator<string> {
  const head = { description: 'composed of single cells' };
  yield `{"info":${JSON.stringify(head)},\n"licenses":${JSON.stringify([{ id: 1, name: licence }])},\n"categories":`;
  yield JSON.stringify(CELL_KINDS.slice(0, BACKGROUND).map(({ name }, i) => ({ id: i + 1, name, supercategory: 'cell' })));
  for (const [line, key] of [
    [1, 'images'],
    [2, 'annotations'],
  ] as const) {
    yield `,\n"${key}":[`;
    let separator = '\n';
    for (const unit of units) {
      const text = (await lines(out, unit))[line]!;
      if (text === '') continue;
      yield `${separator}${text}`;
      separator = ',\n';
    }
    yield ']';
  }
  yield `}\n`;
}

export type Gathered = {
  readonly cells: Readonly<Record<SplitName, Readonly<Record<string, number>>>>;
  /** Combinations that are to be seen, of those there are, and the pictures of the rarest one. */
  readonly combinations: Readonly<Record<SplitName, { readonly covered: number; readonly of: number; readonly rarest: number }>>;
};

/** Writes COCO's `annotations/SPLIT.json`, unit after unit, never more than one in memory, and counts. */
export const gatherParts = async (out: string, plan: ComposePlan, licence: string): Promise<Gathered> => {
  const all = unitsOf(plan);
  const possible = plan.backgrounds.length * 2 ** plan.added.length;
  const cells = {} as Record<SplitName, Record<string, number>>;
  const combinations = {} as Record<SplitName, { covered: number; of: number; rarest: number }>;
  for (const split of SPLITS) {
    const units = all.filter((unit) => unit.split === split);
    if (units.length === 0) continue;
    const file = path.join(out, 'annotations', `${split}.json`);
    await pipeline(Readable.from(document(out, units, licence)), createWriteStream(`${file}.new`));
    await rename(`${file}.new`, file);
    const counts = CELL_KINDS.slice(0, BACKGROUND).map(() => 0);
    const shown = new Map<string, number>();
    for (const unit of units) {
      const facts = await partFacts(out, unit);
      facts.cells.forEach((n, kind) => {
        counts[kind]! += n;
      });
      for (const [key, n] of Object.entries(facts.combinations)) shown.set(key, (shown.get(key) ?? 0) + n);
    }
    cells[split] = Object.fromEntries(counts.map((n, kind) => [CELL_KINDS[kind]!.name, n]));
    combinations[split] = { covered: shown.size, of: possible, rarest: shown.size < possible ? 0 : Math.min(...shown.values()) };
  }
  return { cells, combinations };
};
