import type { Detection } from '../../domain/detection.ts';
import { type Box, boxHeight, boxWidth, intersectBoxes, iou } from '../../domain/geometry.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import type { PlannedFlowFrame } from '../microscope/flow-plan.ts';

/** How often and how far a detector errs. Scores and misses follow what can be seen of a cell, as a network's do. */
const MISSED = 0.03;
const MISSED_HIDDEN = 0.95;
const EDGE_NOISE = 0.035;
const INVENTED_PER_FRAME = 0.5;
const SPECKS = 2;
const SPECK_SEEN = 0.15;
const BLIND_FRAMES = 0.004;
const LEAST_SCORE = 0.2;
const SAME_IOU = 0.6;

const clip = (box: Box, width: number, height: number): Box | undefined => intersectBoxes(box, [0, 0, width, height]);

/** A speck of dirt that a detector takes for a cell now and then, always at the same place. */
const speck = (random: Random, width: number, height: number): Box => {
  const x = random.between(0, width - 60);
  const y = random.between(0, height - 60);
  const side = random.between(15, 55);
  return [x, y, x + side, y + side];
};

/**
 * A detector that errs as networks do: true boxes, moved by noise, missed the more the less is seen of the cell, with false ones at random places
 * and at specks of dirt, and now and then nothing in a whole frame. Of boxes that overlap strongly only the surest is left. Seeded; frames come in order.
 */
export const createFlowDetector = (
  seed: number,
  { width, height }: { readonly width: number; readonly height: number },
  classes: readonly string[],
): ((frame: PlannedFlowFrame) => Detection[]) => {
  const random = seededRandom(seed ^ 0xde7ec7);
  const specks = Array.from({ length: SPECKS }, () => speck(random, width, height));
  const invent = (box: Box): Detection => ({ box, classIndex: random.integer(classes.length), score: random.between(LEAST_SCORE, 0.6) });
  return ({ cells }) => {
    const found: Detection[] = [];
    for (const { box, visible, class: name } of cells) {
      const hidden = 1 - visible;
      const missed = MISSED * (name === 'Platelets' ? 2.5 : 1) + MISSED_HIDDEN * hidden ** 2.2;
      const size = Math.sqrt(boxWidth(box) * boxHeight(box));
      const noise = (): number => EDGE_NOISE * (1 + hidden) * size * random.normal();
      const moved = clip([box[0] + noise(), box[1] + noise(), box[2] + noise(), box[3] + noise()], width, height);
      const score = Math.min(0.99, 0.88 - 0.5 * hidden + 0.09 * random.normal());
      const own = classes.indexOf(name);
      const classIndex = random.next() < 0.03 ? random.integer(classes.length) : own;
      if (random.next() >= missed && moved !== undefined && score >= LEAST_SCORE) found.push({ box: moved, classIndex, score });
    }
    for (let chance = random.next(); chance < INVENTED_PER_FRAME; chance += random.next()) found.push(invent(speck(random, width, height)));
    for (const box of specks) if (random.next() < SPECK_SEEN) found.push(invent(box));
    if (random.next() < BLIND_FRAMES) return [];
    const kept: Detection[] = [];
    for (const detection of found.sort((a, b) => b.score - a.score))
      if (kept.every((other) => iou(other.box, detection.box) < SAME_IOU)) kept.push(detection);
    return kept;
  };
};
