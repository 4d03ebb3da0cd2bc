import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '../../domain/fault.ts';
import { type FieldNotes, readFieldNotes } from '../../models/datasets/field-notes.ts';
import { openDataset } from '../../models/datasets/open-dataset.ts';
import { readDataset } from '../../models/datasets/read-dataset.ts';
import { scaleFromBoxes } from '../../models/evaluate/evaluate-fields.ts';
import type { JudgedSet } from '../../models/from-sessions/judge-bundle.ts';
import type { KnownSite } from '../../models/from-sessions/session-recipe.ts';
import type { Side } from '../../models/from-sessions/split-slides.ts';
import { FIELD_CLASSES, FIELD_UM_PER_PX, readBloodFields } from '../microscope/blood-fields.ts';

/** Where a data folder keeps promoted bundles and the fields of the sites that they were taught. */
export const modelsFolder = (dataDir: string): string => join(dataDir, 'models');
const sitesFolder = (dataDir: string): string => join(modelsFolder(dataDir), 'known-sites');
export const siteFolder = (dataDir: string, name: string): string => join(sitesFolder(dataDir), name);

/** Folder within a bundle with the fields that it was taught, and those that were held back. */
export const BUNDLE_FIELDS = 'fields';

const HELD_BACK_SPLITS = ['test', 'val', 'valid', 'validation'];

/** Sites that promoted bundles were taught, oldest first. */
export const knownSites = async (dataDir: string): Promise<KnownSite[]> => {
  const entries = await readdir(sitesFolder(dataDir), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.includes('.part'))
    .map(({ name }) => ({ name, dir: join(sitesFolder(dataDir), name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

export const slidesOn = (notes: FieldNotes, names: readonly string[]): Set<string> =>
  new Set(names.flatMap((name) => notes.fields[name]?.slide ?? []));

/** On which side the slides of these sites were. */
export const knownSides = async (sites: readonly KnownSite[]): Promise<Map<string, Side>> => {
  const sides = new Map<string, Side>();
  for (const { dir } of sites) {
    const notes = await readFieldNotes(dir);
    if (notes === undefined) continue;
    const { splits } = await openDataset(dir, { format: 'coco' });
    for (const { name, fields } of splits)
      for (const slide of slidesOn(
        notes,
        fields.map(({ file }) => file),
      ))
        sides.set(slide, name === 'val' || name === 'test' ? name : 'train');
  }
  return sides;
};

/** The held-back fields of a data set, whichever format it is in. Faults: `data` where it has none, or no scale. */
export const heldBackOf = async (dir: string, name: string, kind: JudgedSet['kind'], classes: readonly string[]): Promise<JudgedSet> => {
  const set = await openDataset(dir, { format: 'auto', classes });
  const split = HELD_BACK_SPLITS.find((wanted) => set.splits.some((item) => item.name === wanted && item.fields.length > 0));
  if (split === undefined)
    throw new FaultError({ kind: 'data', path: dir, what: 'no held-back fields in it', remedy: 'name a split val or test' });
  const fields = await readDataset(set.format, dir, split, classes);
  const umPerPx = set.facts.umPerPx ?? scaleFromBoxes(fields, classes.indexOf('RBC'));
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'data', path: dir, what: 'no scale is known of it', remedy: 'say it in its dataset.json, as umPerPx' });
  // What no box names was not looked for.
  const labelled = classes.flatMap((_, index) =>
    fields.some(({ boxes }) => boxes.some((item) => item.classIndex === index)) ? [index] : [],
  );
  return { name, kind, fields, umPerPx, labelled };
};

/** The fields that the virtual microscope shows: BCCD's test fields with careful boxes, on which nothing was ever trained. */
export const shippedSite = async (classes: readonly string[]): Promise<JudgedSet | undefined> => {
  if (String(classes) !== String(FIELD_CLASSES)) return undefined;
  const folder = fileURLToPath(new URL('../microscope/fields/', import.meta.url));
  const fields = (await readBloodFields()).map(({ name, widthPx, heightPx, cells }) => ({
    name,
    imagePath: join(folder, `${name}.jpg`),
    widthPx,
    heightPx,
    boxes: cells,
  }));
  return { name: 'BCCD test fields (shipped)', kind: 'known', fields, umPerPx: FIELD_UM_PER_PX };
};
