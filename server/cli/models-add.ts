import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { OutputLayout } from '../../domain/foreign-card.ts';
import { addForeign } from '../../models/runtime/add-foreign.ts';
import { INSTALLED_BUNDLES } from '../../models/runtime/bundle.ts';
import type { CommandIo } from './command-io.ts';

export type ModelsAddFlags = {
  readonly file: string;
  readonly classes: string;
  readonly umPerPx: number;
  readonly name?: string;
  readonly out?: string;
  readonly layout?: OutputLayout;
  readonly tilePx?: number;
  readonly threshold?: number;
  readonly licence?: string;
  readonly json?: boolean;
};

const LIST_BYTES = 64 * 1024;

/** Names with commas between them, or a text file with one a line. */
const readClasses = async (given: string): Promise<string[]> => {
  const found = await stat(given).catch(() => undefined);
  if (found?.isFile() !== true) return given.split(',').map((name) => name.trim());
  if (found.size > LIST_BYTES)
    throw new FaultError({ kind: 'data', path: given, what: 'a list of classes larger than 64 KB', remedy: 'give one name a line' });
  const lines = (await readFile(given, 'utf8')).split('\n');
  return lines.map((name) => name.trim()).filter((name) => name !== '');
};

const nameOf = (file: string): string =>
  basename(file)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');

/** Makes a bundle of an ONNX detector made elsewhere. */
export const runModelsAdd = async (flags: ModelsAddFlags, io: CommandIo): Promise<undefined> => {
  const { file, umPerPx, layout, tilePx, threshold, licence, json } = flags;
  const name = flags.name ?? nameOf(file);
  const out = resolve(flags.out ?? join(INSTALLED_BUNDLES, name));
  const card = {
    classes: await readClasses(flags.classes),
    umPerPx,
    ...(layout === undefined ? {} : { layout }),
    ...(tilePx === undefined ? {} : { tilePx }),
    ...(threshold === undefined ? {} : { thresholds: { score: threshold } }),
    ...(licence === undefined ? {} : { licence }),
  };
  const bundle = await addForeign(file, card, name, out);
  const { input, classes, architecture } = bundle.card;
  const said = `${architecture}, ${classes.length} classes, tiles of ${input.tilePx} px at ${umPerPx} µm/px`;
  io.stdout(
    json
      ? `${JSON.stringify({ schema: 'smearscope.models-add/1', name, out, layout: bundle.format.layout, card: bundle.card })}\n`
      : `${name} is in ${out}: ${said}; use it with --model ${flags.out === undefined ? name : out}\n`,
  );
};
