import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FaultError } from '../../domain/fault.ts';
import { type ForeignCard, foreignCard } from '../../domain/foreign-card.ts';
import { type Bundle, loadBundle } from './bundle.ts';
import { describeForeign } from './foreign-bundle.ts';
import { networkData } from './network-engine.ts';
import { openTileNetwork } from './tile-network.ts';

const NETWORK = 'model.onnx';

/** Runs the network once and fills in what only that shows. Faults: `bundle`. */
const seenCard = async (file: string, bundle: Bundle, card: ForeignCard): Promise<ForeignCard> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'bundle', bundle: file, what, remedy: 'export it again, or declare its layout' }, { cause });
  const network = await openTileNetwork(networkData(bundle, 'onnx:cpu', 1)).catch((cause: unknown) => {
    throw wrong(`the network does not run (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  });
  if (typeof network === 'string') throw wrong(network);
  const { layout, logits, decoded } = network.format;
  await network.release();
  return { ...card, layout, ...(logits === undefined ? {} : { logits }), ...(decoded === undefined ? {} : { decoded }) };
};

/**
 * Makes a bundle in `out` from an ONNX detector of elsewhere: its layout recognised, tried once, its hash in the card.
 * Faults: `bundle` for what is no such detector, `usage` where the folder is taken.
 */
export const addForeign = async (file: string, given: ForeignCard, name: string, out: string): Promise<Bundle> => {
  const parsed = foreignCard.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new FaultError({ kind: 'usage', what: `${issue?.path.join('.')}: ${issue?.message}`, remedy: 'see models add --help' });
  }
  if ((await stat(out).catch(() => undefined)) !== undefined)
    throw new FaultError({ kind: 'data', path: out, what: 'a bundle of that name is there', remedy: 'give another --name, or remove it' });
  const { card, format } = await describeForeign(parsed.data, file, name);
  const seen = await seenCard(file, { card, format, dir: out, networkPath: file }, parsed.data);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const { size } = await stat(file);
  const full: ForeignCard = {
    schema: 'smearscope.foreign/1',
    name,
    version: '0',
    ...seen,
    files: [{ path: NETWORK, sha256: hash.digest('hex'), bytes: size }],
  };
  await mkdir(out, { recursive: true });
  try {
    await copyFile(file, join(out, NETWORK));
    await writeFile(join(out, 'card.json'), `${JSON.stringify(full, undefined, 2)}\n`);
    return await loadBundle(out);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
};
