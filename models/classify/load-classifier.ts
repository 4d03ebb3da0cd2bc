import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ClassifierCard, classifierCard } from '../../domain/classifier-card.ts';
import { FaultError } from '../../domain/fault.ts';
import { findBundle } from '../runtime/bundle.ts';

/** A classifier on disk whose files are the ones its card speaks of. */
export type ClassifierBundle = { readonly card: ClassifierCard; readonly dir: string; readonly network: Uint8Array };

/** The shipped one. */
export const WHITE_CELLS = 'white-cells';

const CARD_BYTES = 2 ** 20;
const NETWORK = 'model.onnx';

const readCard = async (nameOrDir: string, dir: string): Promise<unknown> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'bundle', bundle: nameOrDir, what, remedy: 'install it again, or give another classifier' }, { cause });
  const cardPath = path.join(dir, 'card.json');
  const size = (await stat(cardPath).catch(() => undefined))?.size;
  if (size === undefined || size > CARD_BYTES) throw wrong('no card.json, or one larger than 1 MB');
  try {
    return JSON.parse(await readFile(cardPath, 'utf8'));
  } catch (cause) {
    throw wrong('card.json is not JSON', cause);
  }
};

const isClassifierCard = (json: unknown): boolean => (json as { task?: unknown } | null)?.task === 'classify';

/** Whether a bundle, by name or folder, is a classifier, whole or not; `searchIn` are folders of bundles. */
export const isClassifier = async (nameOrDir: string, searchIn: readonly string[] = []): Promise<boolean> =>
  isClassifierCard(await readCard(nameOrDir, await findBundle(nameOrDir, searchIn)).catch(() => undefined));

/** Opens a classifier by name or folder and checks its card, and size and sha256 of its network. Faults: `bundle`. */
export const loadClassifier = async (nameOrDir: string, searchIn: readonly string[] = []): Promise<ClassifierBundle> => {
  const dir = await findBundle(nameOrDir, searchIn);
  const wrong = (what: string, remedy = 'install it again, or give another classifier'): FaultError =>
    new FaultError({ kind: 'bundle', bundle: nameOrDir, what, remedy });
  const json = await readCard(nameOrDir, dir);
  if (!isClassifierCard(json)) throw wrong('no classifier of cells', 'give a bundle of `train --task classify`');
  const parsed = classifierCard.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(`card.json is not a classifier's card (${issue?.path.join('.') || 'card'}: ${issue?.message})`);
  }
  const file = parsed.data.files.find((one) => one.path === NETWORK);
  if (file === undefined) throw wrong(`the card lists no ${NETWORK}`);
  const networkPath = path.join(dir, NETWORK);
  const found = await stat(networkPath).catch(() => undefined);
  // The card's schema bounds `bytes`, so the size alone bounds what is read.
  if (found?.size !== file.bytes) throw wrong(`${NETWORK} has ${found?.size ?? 'no'} bytes in place of ${file.bytes}`);
  const network = await readFile(networkPath);
  if (createHash('sha256').update(network).digest('hex') !== file.sha256)
    throw wrong(`${NETWORK} is not the file of the card (sha256 differs)`);
  return { card: parsed.data, dir, network };
};
