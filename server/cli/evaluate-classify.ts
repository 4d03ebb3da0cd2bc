import { FaultError } from '../../domain/fault.ts';
import { evaluateClassify } from '../../models/classify/evaluate-classify.ts';
import { WHITE_CELLS } from '../../models/classify/load-classifier.ts';
import { CELL_SPLITS, type CellSplit } from '../../models/classify/read-cells.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ClassifyFlags = {
  readonly model?: string | undefined;
  readonly data?: string | undefined;
  readonly split?: string | undefined;
  readonly umPerPx?: number | undefined;
  readonly json?: boolean;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const isSplit = (text: string): text is CellSplit => (CELL_SPLITS as readonly string[]).includes(text);

/** Judges a classifier of single cells on a folder with a folder of pictures for each kind. Faults: `usage`, `bundle`, `data`. */
export const runEvaluateClassify = async ({ model, data, split, umPerPx, json }: ClassifyFlags, io: CommandIo): Promise<void> => {
  if (data === undefined)
    throw new FaultError({
      kind: 'usage',
      what: '--task classify lacks --data',
      remedy: 'name a folder with a folder of pictures for each kind',
    });
  // The command's own defaults are those of detectors.
  const asked = split === undefined || split === 'test' ? 'held-out' : split;
  if (!isSplit(asked))
    throw new FaultError({ kind: 'usage', what: `no split ${asked} of cells`, remedy: `choose ${CELL_SPLITS.join(', ')}` });
  const name = model === undefined || model === 'default' ? WHITE_CELLS : model;
  const document = await evaluateClassify({ model: name, data, split: asked, umPerPx }, modelIo(io));
  if (json) {
    io.stdout(`${JSON.stringify(document)}\n`);
    return;
  }
  const { balancedAccuracy: balanced, confusion, pointing, perKind } = document;
  const width = Math.max(...confusion.kinds.map((kind) => kind.length), 5);
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `  ${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(width)).join(' ')}`;
  const lines = [
    `${document.model.name} ${document.model.version} on ${document.cells} cells of ${document.data} (${document.split}): accuracy ${percent(document.accuracy)}, balanced ${percent(balanced.value)} (${percent(balanced.low)} to ${percent(balanced.high)})`,
    row('true', confusion.kinds),
    ...confusion.matrix.map((counts, kind) => row(confusion.kinds[kind]!, counts)),
    ...Object.entries(perKind).map(
      ([kind, one]) => `  ${kind.padEnd(width)} recall ${percent(one.recall)}, precision ${percent(one.precision)}  ${one.name}`,
    ),
    `  the map's strongest point lies on the nucleus or platelet in ${percent(pointing.onNucleus)}, on the cell in ${percent(pointing.onCell)}`,
    `  ${document.msPerCell} ms a cell`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
};
