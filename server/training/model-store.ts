import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { BundleComparison, ModelChange, ModelsInUse } from '../../domain/models-in-use.ts';
import { type Bundle, loadBundle, SHIPPED_BUNDLES } from '../../models/runtime/bundle.ts';
import { IN_USE_FILE, readModelsInUse } from '../../models/runtime/models-in-use.ts';
import { BUNDLE_FIELDS, modelsFolder, siteFolder } from './known-sites.ts';

const NOTHING: ModelsInUse = { schema: 'smearscope.models-in-use/1', inUse: {}, history: [] };
const MOST_HISTORY = 1000;
const PART = '.part';

export const modelsInUseOf = async (dataDir: string): Promise<ModelsInUse> => (await readModelsInUse(modelsFolder(dataDir))) ?? NOTHING;

/** Replaces the file in one step, on disk before it is seen: a kill leaves the old list or the new one. */
const writeInUse = async (dataDir: string, next: ModelsInUse): Promise<void> => {
  const path = join(modelsFolder(dataDir), IN_USE_FILE);
  const file = await open(`${path}${PART}`, 'w');
  try {
    await file.writeFile(`${JSON.stringify({ ...next, history: next.history.slice(-MOST_HISTORY) }, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}${PART}`, path);
};

/** What a killed promotion left half copied. */
const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith(PART)) await rm(join(folder, name), { recursive: true, force: true });
};

/** Copies a folder so that it is there whole or not at all. */
const copyWhole = async (from: string, to: string, leaveOut?: string): Promise<void> => {
  await rm(`${to}${PART}`, { recursive: true, force: true });
  await cp(from, `${to}${PART}`, { recursive: true, filter: (path) => leaveOut === undefined || path !== join(from, leaveOut) });
  await rm(to, { recursive: true, force: true });
  await rename(`${to}${PART}`, to);
};

const networkHash = ({ card }: Bundle): string => card.files.find(({ path }) => path.endsWith('.onnx'))?.sha256 ?? '';

export const namedBundle = (bundle: Bundle): ModelChange['model'] => ({
  name: bundle.card.name,
  version: bundle.card.version,
  sha256: networkHash(bundle),
});

/** Folder of a promoted bundle: its name, version, and the beginning of its network's hash. */
const folderNameOf = (bundle: Bundle): string =>
  `${bundle.card.name.slice(0, 24)}-${bundle.card.version.slice(0, 28)}-${networkHash(bundle).slice(0, 8)}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-');

/**
 * Puts a bundle in the place of a named one: copies it into the data folder, its fields beside the known sites, then changes the list in one
 * step. Says nothing of whether it should.
 */
export const putInUse = async (
  dataDir: string,
  replaces: string,
  bundle: Bundle,
  comparison: BundleComparison,
  at: number,
): Promise<ModelChange> => {
  const folder = modelsFolder(dataDir);
  await mkdir(join(folder, 'known-sites'), { recursive: true });
  await sweep(folder);
  await sweep(join(folder, 'known-sites'));
  const to = folderNameOf(bundle);
  if (bundle.dir !== join(folder, to)) await copyWhole(bundle.dir, join(folder, to), BUNDLE_FIELDS);
  await loadBundle(join(folder, to));
  const fields = join(bundle.dir, BUNDLE_FIELDS);
  if ((await readdir(fields).catch(() => [])).length > 0) await copyWhole(fields, siteFolder(dataDir, to));
  const present = await modelsInUseOf(dataDir);
  const from = present.inUse[replaces];
  const change: ModelChange = {
    at,
    kind: 'promote',
    replaces,
    to,
    ...(from === undefined ? {} : { from }),
    model: namedBundle(bundle),
    comparison,
  };
  await writeInUse(dataDir, { ...present, inUse: { ...present.inUse, [replaces]: to }, history: [...present.history, change] });
  return change;
};

/** Folders that stood in for a name one after the other, the present one last; those that were gone back from are not among them. */
const standing = (history: readonly ModelChange[], name: string): string[] => {
  const stack: string[] = [];
  for (const { kind, replaces, to } of history) {
    if (replaces !== name) continue;
    if (kind === 'back') stack.pop();
    else if (to !== undefined) stack.push(to);
  }
  return stack;
};

/** Goes back to the bundle that a name stood for before. Faults: `usage` where nothing was promoted, `bundle` where the old one is gone. */
export const goBack = async (dataDir: string, replaces: string, at: number): Promise<ModelChange> => {
  const present = await modelsInUseOf(dataDir);
  const from = present.inUse[replaces];
  if (from === undefined)
    throw new FaultError({
      kind: 'usage',
      what: `nothing was promoted in place of ${replaces}`,
      remedy: 'models list shows what is in use',
    });
  const to = standing(present.history, replaces).at(-2);
  const bundle = await loadBundle(to === undefined ? join(SHIPPED_BUNDLES, replaces) : join(modelsFolder(dataDir), to));
  const { [replaces]: _gone, ...others } = present.inUse;
  const change: ModelChange = { at, kind: 'back', replaces, from, ...(to === undefined ? {} : { to }), model: namedBundle(bundle) };
  await writeInUse(dataDir, {
    ...present,
    inUse: to === undefined ? others : { ...others, [replaces]: to },
    history: [...present.history, change],
  });
  return change;
};
