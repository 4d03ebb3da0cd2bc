import type { Frame } from '../domain/frame.ts';
import { boxHeight, boxWidth } from '../domain/geometry.ts';
import type { Engine } from '../models/engine.ts';
import { mergeTiles } from './stages/merge-tiles.ts';
import { tileFrame } from './stages/tiling.ts';

/** Diameter of a red cell in micrometres: the mean of healthy adults on a dried smear. */
const RED_CELL_UM = 7.2;
/** Scales that are tried first, in micrometres for a pixel: from a 100× objective on a fine sensor to a 20× one on a coarse one. */
const FIRST_TRIES = [0.05, 0.072, 0.1, 0.145, 0.21, 0.3] as const;
/** Further looks at the best scale, each at the scale that the one before it measured. */
const REFINEMENTS = 2;
/** Red cells that must agree before their size says anything. */
const LEAST_CELLS = 5;

type Look = { readonly umPerPx: number; readonly cells: number; readonly confidence: number };

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/**
 * The scale of a camera from the red cells in one sharp field: the network is run as if the scale were each of several, and the cells it finds
 * at the one where it is surest are taken to be 7.2 µm wide. Borrows the frame. `undefined` where too few red cells are found.
 */
export const estimateScale = async (engine: Engine, frame: Frame, redClass = 'RBC', signal?: AbortSignal): Promise<number | undefined> => {
  const classIndex = engine.card.classes.indexOf(redClass);
  if (classIndex < 0) return undefined;
  const look = async (assumed: number): Promise<Look | undefined> => {
    const tiles = tileFrame(frame.widthPx, frame.heightPx, engine.tiling(assumed));
    const found = mergeTiles(tiles, await engine.detect(frame, tiles, assumed, signal), 2 * (engine.card.umPerPx / assumed));
    const red = found.filter((one) => one.classIndex === classIndex && !one.cut);
    if (red.length < LEAST_CELLS) return undefined;
    const sidePx = median(red.map(({ box }) => Math.sqrt(boxWidth(box) * boxHeight(box))));
    // What was found far from its true size at the assumed scale is more likely something else.
    const agreement = Math.exp(-(Math.log((sidePx * assumed) / RED_CELL_UM) ** 2) * 2);
    return { umPerPx: RED_CELL_UM / sidePx, cells: red.length, confidence: red.reduce((sum, { score }) => sum + score, 0) * agreement };
  };
  let best: Look | undefined;
  for (const assumed of FIRST_TRIES) {
    const seen = await look(assumed);
    if (seen !== undefined && seen.confidence > (best?.confidence ?? 0)) best = seen;
  }
  for (let i = 0; i < REFINEMENTS && best !== undefined; i++) best = (await look(best.umPerPx)) ?? best;
  return best?.umPerPx;
};
