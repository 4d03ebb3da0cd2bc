import type { BundleCard } from '../../domain/bundle-card.ts';
import { type SegmenterCard, segmenterCard } from '../../domain/segmenter-card.ts';
import { foldParameters } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { measureMasks } from '../segment/judge/measure-masks.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { exportMasks } from './export-masks.ts';
import { proveMaskParity } from './mask-parity.ts';
import { segmenterOnnx } from './masks-onnx.ts';
import { onnxFile } from './onnx-file.ts';
import {
  type BundleFile,
  fileFacts,
  learnedFrom,
  readSegmentRun,
  type SegmentExportOptions,
  type SegmentRun,
  writeBundle,
} from './segment-run.ts';
import { WEIGHTS_BIN, WEIGHTS_JSON, weightsFiles } from './weights-file.ts';

const TILE_PX = 1024;

const exportSegmenter = async (run: SegmentRun, options: SegmentExportOptions, io: CommandIo): Promise<SegmenterCard> => {
  const { recipe, record, definition, layout, parameters } = run;
  const convs = foldParameters(definition, parameters);
  const onnx = onnxFile(segmenterOnnx(definition, convs));
  const { tf } = await loadTensorFlow();
  const far = await proveMaskParity(tf, definition, convs, onnx);
  io.progress(`ONNX agrees with TensorFlow: masks within ${far.toExponential(1)}`);
  const { json, bin } = weightsFiles(layout, parameters);
  const files: readonly BundleFile[] = [
    ['model.onnx', onnx],
    [WEIGHTS_BIN, bin],
    [WEIGHTS_JSON, Buffer.from(json)],
  ];
  const { data, researchOnly } = learnedFrom(run);
  const card: SegmenterCard = {
    schema: 'smearscope.segmenter/1',
    name: recipe.name,
    version: options.version,
    task: 'segment',
    architecture: definition.name,
    planes: recipe.planes,
    umPerPx: recipe.umPerPx,
    input: { layout: 'NHWC', type: 'uint8', multipleOf: definition.multipleOf, stride: definition.stride, tilePx: TILE_PX },
    parameters: layout.weightCount,
    metrics: [],
    training: {
      command: record.command,
      commit: record.commit,
      seed: recipe.seed,
      backend: record.backend,
      ...(record.base === undefined ? {} : { base: record.base }),
      finishedAt: record.finishedAt ?? record.startedAt,
      data,
    },
    licence: 'Apache-2.0',
    researchOnly,
    files: fileFacts(files),
  };
  const metrics = await measureMasks({ kind: 'segmenter', card, network: onnx }, options, recipe, io);
  const made = segmenterCard.parse({ ...card, metrics });
  await writeBundle(options.out, files, made);
  return made;
};

/** Makes a bundle from a run of `train --task segment`: a detector that also draws, or a segmenter. Faults: `data`, `bundle`, `engine`. */
export const runExportSegment = async (options: SegmentExportOptions, io: CommandIo): Promise<BundleCard | SegmenterCard> => {
  const run = await readSegmentRun(options.run, options.checkpoint);
  return run.definition.name === 'yolox-nano-masks' ? exportMasks(run, options, io) : exportSegmenter(run, options, io);
};
