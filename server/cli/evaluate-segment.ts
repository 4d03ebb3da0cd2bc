import { FaultError } from '../../domain/fault.ts';
import type { SegmentScores } from '../../domain/segment-document.ts';
import { evaluateSegment, evaluateSegmentOptions } from '../../models/segment/judge/evaluate-segment.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type SegmentFlags = {
  readonly model?: string | undefined;
  readonly data?: string | undefined;
  readonly format?: string | undefined;
  readonly split?: string | undefined;
  readonly umPerPx?: number | undefined;
  readonly values?: string | undefined;
  readonly heldOut?: number | undefined;
  readonly json?: boolean;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const planeLine = (name: string, { dice, iou, boundaryF1 }: SegmentScores['covered']): string =>
  `  ${name.padEnd(14)} dice ${dice.toFixed(4)}, IoU ${iou.toFixed(4)}, boundary F1 ${boundaryF1.toFixed(4)}`;

const scoreLines = ({ planes, covered, instances }: Omit<SegmentScores, 'classes'>): string[] => [
  ...Object.entries(planes).map(([name, scores]) => planeLine(name, scores)),
  planeLine('cells cover', covered),
  `  single cells   F1 ${instances.f1.toFixed(4)} at IoU 0.5 (${instances.found} drawn, ${instances.truth} there; precision ${percent(instances.precision)}, recall ${percent(instances.recall)})`,
  `                 AP ${instances.AP.toFixed(4)}, AP50 ${instances.AP50.toFixed(4)}, AJI ${instances.AJI.toFixed(4)}, PQ ${instances.PQ.toFixed(4)}`,
];

/** Judges what a bundle draws against masks. Faults: `usage`, `bundle`, `data`. */
export const runEvaluateSegment = async (flags: SegmentFlags, io: CommandIo): Promise<void> => {
  const { model, data, format, split, umPerPx, values, heldOut, json = false } = flags;
  if (data === undefined)
    throw new FaultError({ kind: 'usage', what: '--task segment lacks --data', remedy: 'name a folder of pictures with masks' });
  const parsed = evaluateSegmentOptions.safeParse({ model: model ?? 'default', data, format, split, umPerPx, values, heldOut });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const isFormat = issue?.path[0] === 'format';
    throw new FaultError({
      kind: 'usage',
      what: isFormat ? `${format} holds no outlines` : `${issue?.path.join('.')}: ${issue?.message}`,
      remedy: isFormat ? 'give --format masks or coco' : 'see smearscope evaluate --help',
    });
  }
  const document = await evaluateSegment(parsed.data, modelIo(io));
  if (json) {
    io.stdout(`${JSON.stringify(document)}\n`);
    return;
  }
  const { baseline, classes = {}, model: judged } = document;
  const lines = [
    `${judged.name} ${judged.version} on ${document.images} fields of ${document.data} (${document.split}), ${document.umPerPx.toFixed(4)} µm/px; edges alike within ${document.boundaryTolerancePx} px`,
    ...scoreLines(document),
    ...Object.entries(classes).map(
      ([name, { dice, f1, AP, AP50 }]) =>
        `  ${name.padEnd(14)} dice ${dice.toFixed(4)}, F1 ${f1.toFixed(4)}, AP ${AP.toFixed(4)}, AP50 ${AP50.toFixed(4)}`,
    ),
    baseline.method,
    ...scoreLines(baseline),
    `${document.msPerImage.toFixed(1)} ms a field on ${document.engine}`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
};
