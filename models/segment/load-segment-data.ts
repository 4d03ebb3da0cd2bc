import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { openBoxes } from './box-labels.ts';
import { openMasks } from './mask-labels.ts';
import { openOutlines } from './outline-labels.ts';
import type { FieldOnDisk, FieldsOnDisk, SegmentField } from './segment-field.ts';
import type { SegmentRecipe, SegmentSource } from './segment-recipe.ts';

/** What a source trains on and what it holds out. */
export type SegmentData = {
  readonly source: SegmentSource;
  readonly train: readonly FieldOnDisk[];
  readonly validate: readonly FieldOnDisk[];
};

const MIB = 2 ** 20;

const bytesOf = ({ picture, planes }: SegmentField): number =>
  [...new Set([picture.base, picture.fine, ...planes.rasters])].reduce((sum, { data }) => sum + data.length, 0);

/** Keeps the fields that were read last, as many as fit in `mostBytes`; a field that is being read is read once. */
const fieldCache = (mostBytes: number): ((field: FieldOnDisk) => FieldOnDisk) => {
  const held = new Map<object, { readonly field: Promise<SegmentField>; bytes: number }>();
  let heldBytes = 0;
  const drop = (key: object): void => {
    heldBytes -= held.get(key)?.bytes ?? 0;
    held.delete(key);
  };
  return (onDisk) => ({
    name: onDisk.name,
    load: async () => {
      const there = held.get(onDisk);
      if (there !== undefined) {
        // The map's order is that of use.
        held.delete(onDisk);
        held.set(onDisk, there);
        return there.field;
      }
      const entry = { field: onDisk.load(), bytes: 0 };
      held.set(onDisk, entry);
      try {
        const field = await entry.field;
        entry.bytes = bytesOf(field);
        heldBytes += entry.bytes;
        for (const key of held.keys()) {
          if (heldBytes <= mostBytes || key === onDisk) break;
          drop(key);
        }
        return field;
      } catch (error) {
        held.delete(onDisk);
        throw error;
      }
    },
  });
};

const openSource = (recipe: SegmentRecipe, source: SegmentSource, dir: string): Promise<FieldsOnDisk> => {
  const { labels } = source;
  switch (labels.kind) {
    case 'masks':
      return openMasks(recipe, source, labels, dir);
    case 'outlines':
      return openOutlines(recipe, source, labels, dir);
    case 'boxes':
      return openBoxes(recipe, source, labels, dir);
    default:
      return labels satisfies never;
  }
};

/**
 * Opens what a recipe trains on; at most `memory` MiB of it stay in memory, half of what is free where left out. Fields of a test split are refused, held-out
 * ones never trained on, under whichever annotation. Faults: `data`.
 */
export const loadSegmentData = async (
  recipe: SegmentRecipe,
  dataRoot: string,
  progress: (line: string) => void,
  memory?: number,
): Promise<SegmentData[]> => {
  const cached = fieldCache(memory === undefined ? process.availableMemory() / 2 : memory * MIB);
  const opened: SegmentData[] = [];
  for (const source of recipe.data) {
    const { train, validate, left } = await openSource(recipe, source, path.resolve(dataRoot, source.dir));
    progress(`${source.name}: ${train.length} fields to train on, ${validate.length} held out${left === undefined ? '' : `; ${left}`}`);
    opened.push({ source, train: train.map(cached), validate: validate.map(cached) });
  }
  const heldOut = new Set(opened.flatMap(({ validate }) => validate.map(({ name }) => name)));
  const data = opened.map((item) => ({ ...item, train: item.train.filter(({ name }) => !heldOut.has(name)) }));
  if (data.every(({ train }) => train.length === 0))
    throw new FaultError({ kind: 'data', path: dataRoot, what: 'no field to train on', remedy: 'name training splits in the recipe' });
  return data;
};
