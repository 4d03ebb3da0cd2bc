import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BundleCard } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import { isClassifierRun, runExportClassifier } from '../../models/classify/export-classifier.ts';
import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import { type ExportOptions, runExport } from '../../models/export/export.ts';
import { runExportSegment } from '../../models/export/export-segment.ts';
import { quantiseBundle, quantiseOptions } from '../../models/export/quantise-bundle.ts';
import { isSegmentRun, type SegmentExportOptions } from '../../models/export/segment-run.ts';
import { RECIPE, trainRecipe } from '../../models/train/train-options.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ExportFlags = Omit<ExportOptions, 'dataRoot'> &
  Partial<Pick<ExportOptions, 'dataRoot'>> &
  Omit<SegmentExportOptions, 'base'> & { readonly int8?: boolean; readonly json?: boolean };

/** Detectors cannot do without their data: it chooses their thresholds. */
const withData = ({ dataRoot, measure: _, values: __, umPerPx: ___, ...options }: ExportFlags): ExportOptions => {
  if (dataRoot !== undefined) return { ...options, dataRoot };
  const what = "required option '--data-root <dir>' not specified";
  throw new FaultError({ kind: 'usage', what, remedy: 'see smearscope export --help' });
};

/** Adds an 8-bit network, with ranges from the recipe's first data set whose fields are labelled whole. */
const addInt8 = async ({ run, dataRoot, out }: ExportOptions, io: ModelIo): Promise<BundleCard> => {
  const recipe = trainRecipe.parse(JSON.parse(await readFile(path.join(run, RECIPE), 'utf8')));
  const sources = recipe.data.filter(({ train, validate }) => train.length > 0 && validate.length > 0);
  const source = sources.find(({ complete }) => complete) ?? sources[0];
  if (source === undefined)
    throw new FaultError({
      kind: 'data',
      path: run,
      what: 'no data set of the recipe has both training and held-out fields',
      remedy: 'leave out --int8, or use models quantise',
    });
  const options = {
    bundle: path.resolve(out),
    data: path.resolve(dataRoot, source.dir),
    format: source.format,
    split: source.train[0],
    measure: source.validate[0],
    umPerPx: source.umPerPx,
  };
  return (await quantiseBundle(quantiseOptions.parse(options), io)).card;
};

/** Makes a bundle from a training run. */
export const runExportCommand = async ({ json, int8 = false, ...flags }: ExportFlags, io: CommandIo): Promise<void> => {
  const make = async (): Promise<{ readonly name: string; readonly version: string }> => {
    if (await isClassifierRun(flags.run)) return runExportClassifier(withData(flags), modelIo(io));
    if (await isSegmentRun(flags.run)) return runExportSegment({ ...flags, base: flags.base ?? 'default' }, modelIo(io));
    const options = withData(flags);
    const exported = await runExport(options, modelIo(io));
    return int8 ? addInt8(options, modelIo(io)) : exported;
  };
  const card = await make();
  io.stdout(
    json
      ? `${JSON.stringify({ schema: 'smearscope.export/1', out: flags.out, card })}\n`
      : `${card.name} ${card.version} is in ${flags.out}\n`,
  );
};
