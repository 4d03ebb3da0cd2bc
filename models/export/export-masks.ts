import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BundleCard, bundleCard } from '../../domain/bundle-card.ts';
import { FaultError } from '../../domain/fault.ts';
import { DETECTOR_NAMES, detectorNamed } from '../architectures/detector.ts';
import { withMasks } from '../architectures/mask-head.ts';
import { foldParameters, type ParameterLayout, type Parameters, parameterLayout } from '../architectures/parameters.ts';
import type { CommandIo } from '../command-io.ts';
import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { measureMasks } from '../segment/judge/measure-masks.ts';
import { loadTensorFlow } from '../tensorflow.ts';
import { detectorOnnx } from './detector-onnx.ts';
import { proveMaskParity, proveSameBoxes } from './mask-parity.ts';
import { onnxFile } from './onnx-file.ts';
import { type BundleFile, fileFacts, learnedFrom, type SegmentExportOptions, type SegmentRun, writeBundle } from './segment-run.ts';
import { readTensors, WEIGHTS_BIN, WEIGHTS_JSON, weightsFiles } from './weights-file.ts';

const NETWORK = 'model.masks.onnx';

/** The detector's tensors from the bundle, those of the masks from the run. Faults: `bundle` where the run's masks grew on another detector. */
const joinParameters = async (bundle: Bundle, run: SegmentRun, layout: ParameterLayout): Promise<Parameters> => {
  const there = await readTensors(bundle.dir);
  const joined = { weights: new Float32Array(layout.weightCount), statistics: new Float32Array(layout.statisticCount) };
  for (const kind of ['weights', 'statistics'] as const) {
    const learned = new Map(
      run.layout[kind].map((slot) => [slot.name, run.parameters[kind].subarray(slot.offset, slot.offset + slot.size)]),
    );
    for (const { name, shape, offset } of layout[kind]) {
      const own = there.get(name);
      const drawn = learned.get(name);
      const isMask = name.startsWith('mask');
      const values = isMask ? drawn : own?.values;
      if (
        values === undefined ||
        (own !== undefined && !isMask && (own.shape !== String(shape) || drawn?.some((value, i) => value !== own.values[i])))
      )
        throw new FaultError({
          kind: 'bundle',
          bundle: bundle.dir,
          what: `the masks of this run were trained on another detector (${name} differs)`,
          remedy: 'give the --base it was trained with, or train masks with this one',
        });
      joined[kind].set(values, offset);
    }
  }
  return joined;
};

/**
 * Adds what a run of masks learned to a bundle: the same detector in the same files, a second network that draws as well, and its part of the card.
 * Proves that it draws what was trained, and finds the same boxes, before anything is written. Faults: `bundle`, `data`, `engine`.
 */
export const exportMasks = async (run: SegmentRun, options: SegmentExportOptions, io: CommandIo): Promise<BundleCard> => {
  const bundle = await loadBundle(options.base);
  const { card } = bundle;
  const architecture = DETECTOR_NAMES.find((name) => name === card.architecture);
  if (architecture !== 'yolox-nano')
    throw new FaultError({
      kind: 'bundle',
      bundle: bundle.dir,
      what: `masks of ${run.definition.name} do not go with ${card.architecture}`,
      remedy: 'give a bundle of yolox-nano with --base',
    });
  const { planes } = run.definition;
  const detector = detectorNamed(architecture, card.classes.length);
  const whole = withMasks(detector, planes);
  const layout = parameterLayout(whole);
  const parameters = await joinParameters(bundle, run, layout);
  const plain = await readFile(bundle.networkPath);
  const drawing = onnxFile(detectorOnnx(whole, foldParameters(whole, parameters), run.definition));
  const { tf } = await loadTensorFlow();
  const far = await proveMaskParity(tf, run.definition, foldParameters(run.definition, run.parameters), drawing);
  await proveSameBoxes(plain, drawing);
  io.progress(`ONNX agrees with TensorFlow: masks within ${far.toExponential(1)}, boxes the same with and without`);

  const { json, bin } = weightsFiles(layout, parameters);
  const rest = card.files.filter(({ path: name }) => ![NETWORK, WEIGHTS_BIN, WEIGHTS_JSON].includes(name));
  const kept: BundleFile[] = await Promise.all(
    rest.map(async ({ path: name }): Promise<BundleFile> => [name, await readFile(path.join(bundle.dir, name))]),
  );
  const files: readonly BundleFile[] = [...kept, [NETWORK, drawing], [WEIGHTS_BIN, bin], [WEIGHTS_JSON, Buffer.from(json)]];
  const { data, researchOnly } = learnedFrom(run);
  const nucleated = run.recipe.data.flatMap(({ labels }) => (labels.kind === 'boxes' ? labels.nucleated : []));
  const masks: NonNullable<BundleCard['masks']> = {
    path: NETWORK,
    planes: bundleCard.shape.masks.unwrap().shape.planes.parse(run.recipe.planes),
    stride: run.definition.stride,
    nucleated: card.classes.filter((name) => nucleated.includes(name)),
    metrics: [],
    command: run.record.command,
    commit: run.record.commit,
    data,
    researchOnly,
  };
  const metrics = await measureMasks({ kind: 'detector', card: { ...card, masks }, network: drawing }, options, run.recipe, io);
  const made = bundleCard.parse({
    ...card,
    version: options.version,
    masks: { ...masks, metrics },
    files: fileFacts(files),
  });
  await writeBundle(options.out, files, made);
  return made;
};
