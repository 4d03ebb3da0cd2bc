import { type EvaluateOptions, runEvaluate } from '../../models/evaluate/evaluate.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type EvaluateFlags = EvaluateOptions & { readonly json?: boolean };

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Judges a bundle on labelled fields. */
export const runEvaluateCommand = async ({ json, ...options }: EvaluateFlags, io: CommandIo): Promise<void> => {
  const document = await runEvaluate(options, modelIo(io));
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
  ];
  io.stdout(`${lines.join('\n')}\n`);
};
