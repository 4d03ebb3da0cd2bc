import path from 'node:path';
import { z } from 'zod';
import { FaultError } from '../../../domain/fault.ts';
import type { SegmentDocument, SegmentScores } from '../../../domain/segment-document.ts';
import type { CommandIo } from '../../command-io.ts';
import { median } from '../../evaluate/evaluate-fields.ts';
import { createProgress } from '../../progress.ts';
import { NEAR_PX } from '../boundary-scores.ts';
import type { Drawer } from './drawer.ts';
import { createDrawingJudge } from './judge-drawer.ts';
import { readMeaning } from './mask-meaning.ts';
import { openCocoTruth, openMaskTruth, type TrueFields } from './mask-truth.ts';
import { openDrawer } from './open-drawer.ts';
import { otsuDrawer } from './otsu-drawer.ts';

/** Options of `evaluate --task segment`. */
export const evaluateSegmentOptions = z.strictObject({
  /** Name or folder of a bundle that draws. */
  model: z.string().min(1),
  data: z.string().min(1),
  format: z.enum(['masks', 'coco']).default('masks'),
  split: z.string().min(1).default('test'),
  /** Micrometres for one pixel of the pictures; without it, from the size of the true cells. */
  umPerPx: z.number().positive().max(10).optional(),
  /** What the values of the masks stand for, as `128=cytoplasm,255=nucleus`. */
  values: z.string().max(2000).optional(),
  /** Share of the fields that `test` stands for, chosen by a hash of their names. */
  heldOut: z.number().gt(0).lt(1).default(0.2),
});
export type EvaluateSegmentOptions = z.infer<typeof evaluateSegmentOptions>;

/** Diameter of a red cell (Dacie and Lewis, Practical Haematology). */
const RED_CELL_UM = 7.2;
/** Fields that the scale is taken from. */
const SCALE_FIELDS = 10;

/** µm for one pixel, if most of the true cells are red cells; `undefined` where there are none. */
export const scaleFromCells = async ({ fields }: TrueFields): Promise<number | undefined> => {
  const areas: number[] = [];
  for (const field of fields.slice(0, SCALE_FIELDS)) areas.push(...(await field.read()).cells.map(({ region }) => region.areaPx));
  const area = median(areas);
  return area === undefined ? undefined : RED_CELL_UM / (2 * Math.sqrt(area / Math.PI));
};

export type JudgedFields = { readonly scores: SegmentScores; readonly baseline: SegmentScores; readonly msPerImage: number };

/** Judges a drawer on fields, beside Otsu's threshold. Faults: `data`. */
export const judgeOnFields = async (drawer: Drawer, truth: TrueFields, umPerPx: number, io: CommandIo): Promise<JudgedFields> => {
  const judge = createDrawingJudge(drawer, truth.classes);
  const baseline = createDrawingJudge(otsuDrawer, []);
  const times: number[] = [];
  const progress = createProgress(io, 'field');
  for (const { read } of truth.fields) {
    const field = await read();
    const startedAt = performance.now();
    const drawing = await drawer.draw(field.picture, umPerPx);
    times.push(performance.now() - startedAt);
    judge.add(drawing, field);
    baseline.add(await otsuDrawer.draw(field.picture, umPerPx), field);
    progress.at(times.length, truth.fields.length);
  }
  progress.end();
  return { scores: judge.scores, baseline: baseline.scores, msPerImage: median(times) ?? 0 };
};

/** Measures what a bundle draws on fields with masks or outlines, through ONNX Runtime on the processor. Faults: `bundle`, `data`, `usage`. */
export const evaluateSegment = async (options: EvaluateSegmentOptions, io: CommandIo): Promise<SegmentDocument> => {
  const { data, format, split, heldOut, values } = options;
  const { drawer: opened, card } = await openDrawer(options.model);
  await using drawer = opened;
  const truth = format === 'coco' ? await openCocoTruth(data, split) : await openMaskTruth(data, split, heldOut, readMeaning(values));
  const umPerPx = options.umPerPx ?? (await scaleFromCells(truth));
  if (umPerPx === undefined)
    throw new FaultError({ kind: 'data', path: data, what: 'no cell to take the scale from', remedy: 'give --um-per-px' });
  const { scores, baseline, msPerImage } = await judgeOnFields(drawer, truth, umPerPx, io);
  const { classes: _, ...otsu } = baseline;
  return {
    schema: 'smearscope.segment/1',
    model: { name: card.name, version: card.version },
    data: path.basename(path.resolve(data)),
    split,
    engine: 'onnx:cpu',
    images: truth.fields.length,
    umPerPx,
    umPerPxFrom: options.umPerPx === undefined ? 'cells' : 'given',
    boundaryTolerancePx: NEAR_PX,
    ...scores,
    baseline: { method: 'Otsu’s threshold on green, holes filled', ...otsu },
    msPerImage,
  };
};
