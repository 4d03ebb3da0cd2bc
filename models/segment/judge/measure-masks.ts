import path from 'node:path';
import type { z } from 'zod';
import type { BundleCard, measuredMasks } from '../../../domain/bundle-card.ts';
import type { SegmenterCard } from '../../../domain/segmenter-card.ts';
import type { CommandIo } from '../../command-io.ts';
import type { SegmentRecipe } from '../segment-recipe.ts';
import { openDetectorDrawer } from './detector-drawer.ts';
import { judgeOnFields, scaleFromCells } from './evaluate-segment.ts';
import { meaningOfLabels, readMeaning } from './mask-meaning.ts';
import { openMaskTruth, type TrueFields } from './mask-truth.ts';
import { openSegmenterDrawer } from './segmenter-drawer.ts';

/** What is measured: a network in memory with the card that it will have. */
export type Measured =
  | {
      readonly kind: 'detector';
      readonly card: BundleCard & { readonly masks: NonNullable<BundleCard['masks']> };
      readonly network: Uint8Array;
    }
  | { readonly kind: 'segmenter'; readonly card: SegmenterCard; readonly network: Uint8Array };

/** Where fields to measure on are said to be. */
export type MeasureOn = {
  readonly dataRoot?: string | undefined;
  readonly measure?: string | undefined;
  readonly umPerPx?: number | undefined;
  readonly values?: string | undefined;
};

type Place = { readonly name: string; readonly truth: TrueFields; readonly umPerPx: number | undefined };

const HELD_OUT = 0.2;

/** Fields with masks of the recipe that were held out, and a folder that was named beside them. */
const placesOf = async (recipe: SegmentRecipe, { dataRoot, measure, umPerPx, values }: MeasureOn): Promise<Place[]> => {
  const places: Place[] = [];
  if (dataRoot !== undefined)
    for (const { name, dir, labels, umPerPx: scale } of recipe.data) {
      if (labels.kind !== 'masks' || (labels.train === undefined && labels.heldOut === 0)) continue;
      for (const split of labels.train === undefined ? ['test'] : labels.validate) {
        const truth = await openMaskTruth(path.resolve(dataRoot, dir), split, labels.heldOut, meaningOfLabels(labels));
        places.push({ name, truth, umPerPx: scale });
      }
    }
  if (measure !== undefined)
    places.push({
      name: path.basename(path.resolve(measure)),
      truth: await openMaskTruth(measure, 'test', HELD_OUT, readMeaning(values)),
      umPerPx,
    });
  return places;
};

/** Measures what a network draws on held-out fields with masks, for its card. Faults: `data`. */
export const measureMasks = async (
  measured: Measured,
  on: MeasureOn,
  recipe: SegmentRecipe,
  io: CommandIo,
): Promise<z.infer<typeof measuredMasks>[]> => {
  const metrics: z.infer<typeof measuredMasks>[] = [];
  const short = (value: number): number => Number(value.toFixed(4));
  await using drawer =
    measured.kind === 'detector'
      ? await openDetectorDrawer(measured.network, measured.card, measured.card.masks)
      : await openSegmenterDrawer(measured.network, measured.card);
  for (const { name, truth, umPerPx } of await placesOf(recipe, on)) {
    const { scores, baseline } = await judgeOnFields(drawer, truth, umPerPx ?? (await scaleFromCells(truth)) ?? measured.card.umPerPx, io);
    for (const [plane, { dice, iou }] of Object.entries(scores.planes))
      metrics.push({
        data: name,
        images: truth.fields.length,
        plane,
        dice: short(dice),
        iou: short(iou),
        ...(plane === 'cell' ? { instanceF1: short(scores.instances.f1) } : {}),
      });
    const { cell: otsu } = baseline.planes;
    const drawn = Object.entries(scores.planes).map(([plane, { dice }]) => `${plane} ${dice.toFixed(4)}`);
    io.progress(`${name}, ${truth.fields.length} fields: dice ${drawn.join(', ')}; Otsu's threshold ${otsu?.dice.toFixed(4)}`);
  }
  return metrics;
};
