import path from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { type SegmenterCard, segmenterCard } from '../../domain/segmenter-card.ts';
import { readText } from '../datasets/bounded-read.ts';
import { checkFile } from '../runtime/bundle.ts';

const CARD_BYTES = 2 ** 20;

/** A segmenter's bundle whose files are the ones its card speaks of; `undefined` where the folder is of something else. Faults: `bundle` for every damage. */
export const loadSegmenter = async (dir: string): Promise<{ readonly card: SegmenterCard; readonly networkPath: string } | undefined> => {
  const text = await readText(path.join(dir, 'card.json'), CARD_BYTES, 'card').catch(() => '');
  if (!text.includes('"smearscope.segmenter/1"')) return undefined;
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'bundle', bundle: dir, what, remedy: 'export the bundle again' }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong('card.json is not JSON', cause);
  }
  const parsed = segmenterCard.safeParse(json);
  if (!parsed.success)
    throw wrong(`card.json is not a segmenter's card (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message})`);
  for (const file of parsed.data.files) await checkFile(dir, dir, file);
  const network = parsed.data.files.find((file) => file.path.endsWith('.onnx'));
  if (network === undefined) throw wrong('the card lists no .onnx file');
  return { card: parsed.data, networkPath: path.join(dir, network.path) };
};
