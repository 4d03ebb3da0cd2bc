import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommandIo } from '../command-io.ts';
import { runExportSegment } from '../export/export-segment.ts';
import { loadBundle } from '../runtime/bundle.ts';
import type { TrainRecipe } from '../train/train-options.ts';
import { segmentRecipe } from './segment-recipe.ts';
import { runTrainSegment } from './train-segment.ts';

export type RedrawOptions = {
  /** Folder of a bundle that was taught from `before`, which draws cells; it is given masks, too. */
  readonly bundle: string;
  readonly before: string;
  /** What it was taught, and where that lies. */
  readonly recipe: TrainRecipe;
  readonly dataRoot: string;
  /** Folder of the run. */
  readonly out: string;
  readonly backend?: 'auto' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
  /** Pictures shown; left out, enough for a small change. */
  readonly canvases?: number;
};

/** Masks that only follow a detector which changed a little have little to learn. */
const CANVASES = 640;
const BATCH = 8;
const MOST_MINUTES = 3;

/**
 * Teaches masks again after their detector learned: they grow on its maps, which have changed. They begin with what they were and learn from the boxes that the
 * detector learned from. A bundle whose forerunner draws nothing stays as it is. Gives whether the bundle draws now. Faults: `data`, `bundle`, `engine`.
 */
export const redrawMasks = async (options: RedrawOptions, io: CommandIo): Promise<boolean> => {
  const { bundle, recipe, dataRoot, out, backend = 'auto', canvases = CANVASES } = options;
  const before = await loadBundle(options.before);
  const { masks, classes, umPerPx } = before.card;
  const { card } = await loadBundle(bundle);
  if (masks === undefined || card.architecture !== before.card.architecture || String(card.classes) !== String(classes)) return false;
  // Where not every cell has its box, dark ground around it is left open, and so are the cells.
  const sources = recipe.data.filter(({ train, complete }) => train.length > 0 && complete);
  const data = (sources.length > 0 ? sources : recipe.data.filter(({ train }) => train.length > 0)).map(
    ({ name, dir, umPerPx: scale, weight, source, licence, format, train }) => ({
      ...{ name, dir, umPerPx: scale, weight, source, licence },
      labels: { kind: 'boxes', format, classes, nucleated: masks.nucleated, train },
    }),
  );
  const drawing = segmentRecipe.parse({
    ...{ task: 'segment', name: card.name, architecture: 'yolox-nano-masks', planes: masks.planes, umPerPx, augment: 'smear', data },
    ...{ epochs: 1, canvasesPerEpoch: canvases, batch: BATCH, learningRate: 1e-3, averageDecay: 0.97 },
  });
  io.progress('the outlines follow what the detector learned');
  await rm(out, { recursive: true, force: true });
  const { finished } = await runTrainSegment(
    { recipe: drawing, dataRoot, out, base: bundle, masksOf: before.dir, resume: false, minutes: MOST_MINUTES, backend },
    io,
  );
  if (!finished) io.progress('stopped before the outlines were learned: the bundle draws none');
  else await runExportSegment({ run: out, checkpoint: 'newest', base: path.resolve(bundle), out: bundle, version: card.version }, io);
  return finished;
};
