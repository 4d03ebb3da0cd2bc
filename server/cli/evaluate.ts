import { FaultError } from '../../domain/fault.ts';
import { datasetFormat } from '../../models/datasets/dataset-format.ts';
import { type EvaluateOptions, runEvaluate } from '../../models/evaluate/evaluate.ts';
import type { CommandIo } from './command-io.ts';
import { runEvaluateClassify } from './evaluate-classify.ts';
import { runEvaluateSegment, type SegmentFlags } from './evaluate-segment.ts';
import { runEvaluateTracks, type TrackFlags } from './evaluate-tracks.ts';
import { modelIo } from './model-io.ts';

export type EvaluateFlags = Partial<Omit<EvaluateOptions, 'format'>> &
  SegmentFlags &
  TrackFlags & { readonly task: 'detect' | 'segment' | 'classify' | 'track'; readonly json?: boolean };

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The flags of one task; throws a `usage` fault for one that is missing. */
const detectOptions = ({ data, format, values: _, heldOut: __, ...options }: Omit<EvaluateFlags, 'task'>): EvaluateOptions => {
  const held = datasetFormat.safeParse(format);
  if (data !== undefined && held.success) return { model: 'default', split: 'test', ...options, data, format: held.data };
  if (format === 'masks')
    throw new FaultError({ kind: 'usage', what: 'masks hold no boxes', remedy: 'give --task segment, or another --format' });
  throw new FaultError({
    kind: 'usage',
    what: `required option '${data === undefined ? '--data <dir>' : '--format <kind>'}' not specified`,
    remedy: 'see smearscope evaluate --help',
  });
};

/** Judges a bundle on labelled fields, or tracks against true ones. */
export const runEvaluateCommand = async (
  { task, truth, result, json = false, ...options }: EvaluateFlags,
  io: CommandIo,
): Promise<void> => {
  if (task === 'track') return runEvaluateTracks({ truth, result, json }, io);
  if (task === 'segment') return runEvaluateSegment({ ...options, json }, io);
  if (task === 'classify') return runEvaluateClassify({ ...options, json }, io);
  const document = await runEvaluate(detectOptions(options), modelIo(io));
  if (json) {
    io.stdout(`${JSON.stringify(document)}\n`);
    return;
  }
  const { model, mAP, mAP50, mAR100, images, perClass, count, msPerImage } = document;
  const lines = [
    `${model.name} ${model.version} on ${images} images of ${document.data} (${document.split}): mAP ${percent(mAP)}, mAP50 ${percent(mAP50)}, mAR100 ${percent(mAR100)}`,
    ...Object.entries(count).map(([name, { truth, counted }]) => {
      const precision = perClass[name];
      const found = precision === undefined ? '' : `, AP ${percent(precision.AP)}, AP50 ${percent(precision.AP50)}`;
      return `  ${name.padEnd(12)} counted ${counted} of ${truth}${found}`;
    }),
    `  ${msPerImage.toFixed(1)} ms an image on ${document.engine}`,
    ...(document.worst ?? []).map(
      (item) =>
        `  ${item.field}: ${item.right} of ${item.truth} right, ${item.missed} missed, ${item.false} false, ${item.confused} of another class`,
    ),
    ...(document.report === undefined ? [] : [`  report: ${document.report}`]),
  ];
  io.stdout(`${lines.join('\n')}\n`);
};
