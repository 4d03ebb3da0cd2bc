import { FaultError } from '../../domain/fault.ts';
import { SPLITS } from '../../models/compose/cell-kinds.ts';
import { type Composed, compose } from '../../models/compose/compose.ts';
import { type CutoutOptions, makeCutouts } from '../../models/compose/make-cutouts.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ComposeFlags = {
  readonly cutouts: string;
  readonly out: string;
  readonly seed: number;
  readonly umPerPx: number;
  readonly train: number;
  readonly validate: number;
  readonly test: number;
  readonly workers?: number;
  readonly cells?: boolean;
  readonly json?: boolean;
};

const asText = ({ out, images, missing, result }: Composed): string =>
  [
    `${out}: ${images} pictures`,
    ...SPLITS.filter((split) => result?.cells[split] !== undefined).map((split) => {
      const { covered, of } = result!.combinations[split];
      const cells = Object.entries(result!.cells[split]).filter(([, n]) => n > 0);
      return `  ${split.padEnd(8)} ${covered} of ${of} combinations; ${cells.map(([name, n]) => `${n} ${name}`).join(', ')}`;
    }),
    ...(missing.length > 0 ? [`  no cut-outs of ${missing.join(', ')}: no picture shows any`] : []),
  ].join('\n');

/** Composes a training set of cut-outs, or goes on with one. */
export const runCompose = async (flags: ComposeFlags, io: CommandIo): Promise<CommandResult> => {
  const { cutouts, out, seed, umPerPx, workers, train, validate, test } = flags;
  const counts = { train, validate, test };
  const composed = await compose({ cutouts, out, seed, umPerPx, counts, workers, cells: flags.cells === true }, modelIo(io));
  if (!composed.finished) return { stopped: `stopped at ${composed.made} of ${composed.images} pictures: the same command goes on` };
  io.stdout(flags.json ? `${JSON.stringify({ schema: 'smearscope.composed/1', ...composed })}\n` : `${asText(composed)}\n`);
  return undefined;
};

export type CutoutFlags = Omit<CutoutOptions, 'umPerPx' | 'map' | 'data' | 'splits'> & {
  readonly data: string;
  readonly umPerPx?: number;
  readonly map?: readonly string[];
  readonly split?: readonly string[];
  readonly json?: boolean;
};

/** Scales that the collections are known to have. */
const KNOWN_UM_PER_PX = { 'pbc-cells': 0.096, 'wbc-masks': 0.15, fields: undefined } as const;

/** Cuts single cells out of pictures, into a folder that `compose` takes. */
export const runComposeCutouts = async (flags: CutoutFlags, io: CommandIo): Promise<CommandResult> => {
  const umPerPx = flags.umPerPx ?? KNOWN_UM_PER_PX[flags.from];
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'usage', what: 'the scale of the fields is not known', remedy: 'give --um-per-px' });
  const map = new Map(
    (flags.map ?? []).map((pair) => [pair.slice(0, pair.lastIndexOf('=')), pair.slice(pair.lastIndexOf('=') + 1)] as const),
  );
  const made = await makeCutouts({ ...flags, umPerPx, map, splits: flags.split }, modelIo(io));
  const kinds = Object.entries(made.kinds).map(([name, n]) => `${n} ${name}`);
  io.stdout(
    flags.json
      ? `${JSON.stringify({ schema: 'smearscope.compose-cutouts/1', ...made })}\n`
      : `${made.out}: ${kinds.join(', ')}; ${made.leftOut} cells left out, which no outline parts from their neighbours\n`,
  );
  return undefined;
};
