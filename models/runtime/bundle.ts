import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type BundleCard, bundleCard } from '../../domain/bundle-card.ts';
import type { Precision } from '../../domain/engine-name.ts';
import { FaultError } from '../../domain/fault.ts';
import { type ForeignCard, foreignCard } from '../../domain/foreign-card.ts';
import { type DetectorFormat, OWN_FORMAT } from './detector-format.ts';
import { describeForeign } from './foreign-bundle.ts';
import { standInFor } from './models-in-use.ts';

/** A model on disk whose files are the ones its card speaks of. */
export type Bundle = {
  readonly card: BundleCard;
  /** Absolute path of the folder. */
  readonly dir: string;
  /** Absolute path of the ONNX network. */
  readonly networkPath: string;
  /** How the network takes pixels and gives boxes. */
  readonly format: DetectorFormat;
};

const CARD_BYTES = 2 ** 20;
export const SHIPPED_BUNDLES = fileURLToPath(new URL('../bundles/', import.meta.url));
/** Where bundles that users bring in are kept: in the folder that the program is run in. */
export const INSTALLED_BUNDLES = join('.smearscope', 'models');
const INT8 = /\.int8\.onnx$/;
/** A network that draws cells beside the boxes. */
export const MASKS = /\.masks\.onnx$/;
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const damaged = (bundle: string, what: string, remedy: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'bundle', bundle, what, remedy }, { cause });

const INSTALL_AGAIN = 'install the bundle again, or give another one with --model';

/**
 * The folder of a bundle: a name is looked up in `searchIn` and among the shipped ones, first as one that another was promoted to stand in for;
 * anything else is a path.
 */
export const findBundle = async (nameOrDir: string, searchIn: readonly string[] = []): Promise<string> => {
  const isName = NAME.test(nameOrDir);
  const own = searchIn.length > 0 ? searchIn : [resolve(INSTALLED_BUNDLES)];
  const promoted = isName ? await standInFor(nameOrDir, own) : undefined;
  const candidates = isName ? [...searchIn, resolve(INSTALLED_BUNDLES), SHIPPED_BUNDLES].map((dir) => join(dir, nameOrDir)) : [];
  if (promoted !== undefined) candidates.unshift(promoted);
  if (isAbsolute(nameOrDir) || /[/\\]/.test(nameOrDir) || nameOrDir === '.') candidates.push(resolve(nameOrDir));
  for (const dir of candidates) {
    const found = await stat(dir).catch(() => undefined);
    if (found?.isDirectory()) return dir;
  }
  throw damaged(nameOrDir, 'no such model bundle', 'give the name of an installed bundle or the path of its folder (one with a / in it)');
};

const readCard = async (nameOrDir: string, dir: string): Promise<BundleCard | ForeignCard> => {
  const path = join(dir, 'card.json');
  const file = await open(path).catch((cause: unknown) => {
    throw damaged(nameOrDir, 'model bundle without a readable card.json', INSTALL_AGAIN, cause);
  });
  let text: string;
  try {
    const { size } = await file.stat();
    if (size > CARD_BYTES) throw damaged(nameOrDir, `card.json of ${size} bytes is larger than 1 MB`, INSTALL_AGAIN);
    text = await file.readFile('utf8');
  } finally {
    await file.close();
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(nameOrDir, 'card.json is not JSON', INSTALL_AGAIN, cause);
  }
  const own = typeof json === 'object' && json !== null && 'schema' in json && json.schema === 'smearscope.bundle/1';
  // A card without a schema is of a detector made elsewhere: classes and scale.
  const parsed = own ? bundleCard.safeParse(json) : foreignCard.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(nameOrDir, `card.json is not a bundle card (${issue?.path.join('.') || 'card'}: ${issue?.message})`, INSTALL_AGAIN);
};

const checkClasses = (nameOrDir: string, card: BundleCard): void => {
  const classes = card.classes.length;
  if (new Set(card.classes).size !== classes) throw damaged(nameOrDir, 'the class list names a class twice', INSTALL_AGAIN);
  if (card.thresholds.score.length !== classes) {
    const what = `the class list has ${classes} entries and the score thresholds ${card.thresholds.score.length}`;
    throw damaged(nameOrDir, what, INSTALL_AGAIN);
  }
  if (card.input.overlapPx >= card.input.tilePx) throw damaged(nameOrDir, 'tiles overlap by their whole width', INSTALL_AGAIN);
};

/** Faults: `bundle` where a file is missing or not the one that a card speaks of. */
export const checkFile = async (nameOrDir: string, dir: string, file: BundleCard['files'][number]): Promise<void> => {
  const path = join(dir, file.path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw damaged(nameOrDir, `${file.path} is missing`, INSTALL_AGAIN);
  // The card's schema bounds `bytes`, so the size alone bounds what is read.
  if (found.size !== file.bytes) throw damaged(nameOrDir, `${file.path} has ${found.size} bytes in place of ${file.bytes}`, INSTALL_AGAIN);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  if (hash.digest('hex') !== file.sha256)
    throw damaged(nameOrDir, `${file.path} is not the file of the card (sha256 differs)`, INSTALL_AGAIN);
};

/** A folder with `model.onnx` (or the one file its card lists) and a card of little more than classes and scale. */
const loadForeign = async (nameOrDir: string, dir: string, given: ForeignCard): Promise<Bundle> => {
  const listed = given.files?.filter((file) => file.path.endsWith('.onnx')) ?? [];
  if (listed.length > 1) throw damaged(nameOrDir, `the card lists ${listed.length} .onnx files in place of one`, INSTALL_AGAIN);
  for (const file of given.files ?? []) await checkFile(nameOrDir, dir, file);
  const networkPath = join(dir, listed[0]?.path ?? 'model.onnx');
  const name = basename(dir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '-');
  const { card, format } = await describeForeign(given, networkPath, NAME.test(name) ? name : 'detector');
  checkClasses(nameOrDir, card);
  return { card, dir, networkPath, format };
};

/**
 * Opens a bundle by name or folder and checks all that can be checked without running it: card, class list, size and sha256 of each file.
 * A detector made elsewhere is a folder with `model.onnx` and a card of its classes and scale.
 * Faults: `bundle`, for every damage.
 */
export const loadBundle = async (nameOrDir: string, { searchIn = [] }: { readonly searchIn?: readonly string[] } = {}): Promise<Bundle> => {
  const dir = await findBundle(nameOrDir, searchIn);
  const card = await readCard(nameOrDir, dir);
  if (card.schema !== 'smearscope.bundle/1') return loadForeign(nameOrDir, dir, card);
  checkClasses(nameOrDir, card);
  const networks = card.files.filter((file) => file.path.endsWith('.onnx') && !INT8.test(file.path) && !MASKS.test(file.path));
  if (networks.length !== 1) throw damaged(nameOrDir, `the card lists ${networks.length} .onnx files in place of one`, INSTALL_AGAIN);
  const { masks } = card;
  if (masks !== undefined && !card.files.some(({ path }) => path === masks.path))
    throw damaged(nameOrDir, `the card lists no file ${masks.path}`, INSTALL_AGAIN);
  for (const file of card.files) await checkFile(nameOrDir, dir, file);
  return { card, dir, networkPath: join(dir, networks[0]!.path), format: OWN_FORMAT };
};

/** The network of a precision; 16-bit floats are made of the full one. Faults: `bundle` where the bundle has none of 8 bits. */
export const networkOf = ({ card, dir, networkPath }: Bundle, precision: Precision): string => {
  if (precision !== 'int8') return networkPath;
  const file = card.files.find(({ path }) => INT8.test(path));
  if (file !== undefined) return join(dir, file.path);
  throw damaged(card.name, 'the bundle has no int8 network', 'make one with models quantise, or leave out --precision');
};
