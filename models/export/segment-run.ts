import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { SegmenterDefinition } from '../architectures/layer.ts';
import { type ParameterLayout, type Parameters, parameterLayout } from '../architectures/parameters.ts';
import { segmenterNamed } from '../architectures/segmenter.ts';
import { type SegmentRecipe, segmentRecipe } from '../segment/segment-recipe.ts';
import { readCheckpoint } from '../train/checkpoint.ts';
import { type RunRecord, readRunRecord } from '../train/run-record.ts';
import { RECIPE } from '../train/train-options.ts';
import { allowsAnyUse } from './allows-any-use.ts';

/** Options of `export` for a run of `train --task segment`. */
export const segmentExportOptions = z.strictObject({
  /** Folder of a training run. */
  run: z.string().min(1),
  checkpoint: z.enum(['best', 'newest']).default('best'),
  /** Folder of the bundle. */
  out: z.string().min(1),
  version: z.string().min(1).max(40),
  /** Bundle of the detector that masks are added to. */
  base: z.string().min(1).default('default'),
  /** Folder the recipe's data lies in: its held-out fields with masks are measured for the card. */
  dataRoot: z.string().min(1).optional(),
  /** Another folder of fields with masks to measure on: those that a hash of their names holds out. */
  measure: z.string().min(1).optional(),
  /** Micrometres for one of its pixels, and what the values of its masks stand for. */
  umPerPx: z.number().positive().max(10).optional(),
  values: z.string().max(2000).optional(),
});
export type SegmentExportOptions = z.infer<typeof segmentExportOptions>;

/** A run of `train --task segment` with the weights that are taken from it. */
export type SegmentRun = {
  readonly recipe: SegmentRecipe;
  readonly record: RunRecord;
  readonly definition: SegmenterDefinition;
  readonly layout: ParameterLayout;
  readonly parameters: Parameters;
};

/** Whether a folder holds a run of `train --task segment`. */
export const isSegmentRun = async (run: string): Promise<boolean> =>
  /"task":\s*"segment"/.test(await readFile(path.join(run, RECIPE), 'utf8').catch(() => ''));

/** Faults: `data` where there is no such run, or no whole checkpoint in it. */
export const readSegmentRun = async (run: string, checkpoint: 'best' | 'newest'): Promise<SegmentRun> => {
  const file = path.join(run, RECIPE);
  const parsed = segmentRecipe.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const what = `no recipe of train --task segment (${issue?.path.join('.')}: ${issue?.message})`;
    throw new FaultError({ kind: 'data', path: file, what, remedy: 'train again with this version' });
  }
  const recipe = parsed.data;
  const definition = segmenterNamed(recipe.architecture, recipe.planes.length);
  const layout = parameterLayout(definition);
  const { average } = await readCheckpoint(run, checkpoint, definition.name, layout);
  return { recipe, record: await readRunRecord(run), definition, layout, parameters: average };
};

/** What a card says of the data a run learned from. */
export const learnedFrom = ({ recipe, record }: SegmentRun) => ({
  data: recipe.data.flatMap(({ name, source, licence }) =>
    (record.fields[name] ?? 0) > 0 ? [{ name, source, licence, fields: record.fields[name]! }] : [],
  ),
  researchOnly: !recipe.data.every(({ licence }) => allowsAnyUse(licence)),
});

export type BundleFile = readonly [name: string, bytes: Uint8Array];

export const fileFacts = (files: readonly BundleFile[]) =>
  files.map(([name, bytes]) => ({ path: name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }));

/** Writes a bundle, its card last: a folder without one is none. */
export const writeBundle = async (out: string, files: readonly BundleFile[], card: object): Promise<void> => {
  await mkdir(out, { recursive: true });
  for (const [name, bytes] of files) await writeFile(path.join(out, name), bytes);
  await writeFile(path.join(out, 'card.json'), `${JSON.stringify(card, undefined, 2)}\n`);
};
