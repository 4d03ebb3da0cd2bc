import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { openCellClassifier } from '../../models/classify/cell-classifier.ts';
import { loadClassifier } from '../../models/classify/load-classifier.ts';
import { classifyPicture } from '../classify/classify-picture.ts';
import { writeHeatMap } from '../classify/write-heat-map.ts';
import type { CommandIo } from './command-io.ts';

export type ModelsClassifyFlags = {
  readonly pictures: readonly string[];
  readonly model: string;
  readonly umPerPx: number;
  /** Folder of the heat maps. */
  readonly heatMaps?: string;
  readonly json?: boolean;
};

const PICTURE_BYTES = 64 * 2 ** 20;
const LISTED = 3;

const readPicture = async (file: string): Promise<Uint8Array> => {
  const wrong = (what: string, cause?: unknown): FaultError =>
    new FaultError({ kind: 'data', path: file, what, remedy: 'give pictures with one cell in the middle' }, { cause });
  const found = await stat(file).catch((cause: unknown) => {
    throw wrong('no such picture', cause);
  });
  if (!found.isFile() || found.size > PICTURE_BYTES) throw wrong('no picture file of 64 MB at most');
  return readFile(file);
};

/** Says what the cells in the middle of pictures are likely to be, and draws where that is seen. Faults: `bundle`, `data`. */
export const runModelsClassify = async (
  { pictures, model, umPerPx, heatMaps, json }: ModelsClassifyFlags,
  io: CommandIo,
): Promise<undefined> => {
  const { card, network } = await loadClassifier(model);
  await using classifier = await openCellClassifier(card, network, 2);
  if (heatMaps !== undefined) await mkdir(heatMaps, { recursive: true });
  const cells: unknown[] = [];
  for (const file of pictures) {
    const bytes = await readPicture(file);
    const said = await classifyPicture(classifier, bytes, umPerPx).catch((cause: unknown) => {
      throw new FaultError(
        { kind: 'data', path: file, what: 'the picture cannot be decoded', remedy: 'replace it, or leave it out' },
        { cause },
      );
    });
    const likely = said.kinds.map(({ id, name }, at) => ({ id, name, score: said.scores[at] ?? 0 })).toSorted((a, b) => b.score - a.score);
    const heatMap = heatMaps === undefined ? undefined : join(heatMaps, `${parse(file).name}.${likely[0]!.id}.png`);
    if (heatMap !== undefined) await writeHeatMap(bytes, said, heatMap);
    const { map } = said;
    cells.push({
      file,
      kind: likely[0]!.id,
      scores: Object.fromEntries(likely.map(({ id, score }) => [id, score])),
      map,
      ...(heatMap === undefined ? {} : { heatMap }),
    });
    if (json) continue;
    const words = likely.slice(0, LISTED).map(({ name, score }) => `${name} ${(score * 100).toFixed(0)} %`);
    io.stdout(`${file}: ${words.join(', ')}\n`);
  }
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.classify/1', model: { name: card.name, version: card.version }, cells })}\n`);
};
