import { createHash } from 'node:crypto';

/** A slide and how many looked-through fields it has: only those can judge. */
export type SlideToSplit = { readonly slide: string; readonly reviewedFields: number };

/** `train` is learned from, `val` chooses weights and thresholds, `test` judges what came of it. */
export type Side = 'train' | 'val' | 'test';

/** Of the looked-through fields, about so many judge. */
const JUDGING = 0.25;
/** And so many choose. */
const CHOOSING = 0.15;
/** With fewer slides left to learn from than this none is spared for choosing. */
const LEAST_FOR_CHOOSING = 4;

const rank = (slide: string): string => createHash('sha256').update(slide).digest('hex');

/**
 * Puts each slide on one side. Slides that an earlier training knew stay where they were; of the others, whole slides in an order that follows
 * from their names alone judge, until a quarter of the looked-through fields does. Of four and more others one or more choose, until about a
 * seventh of the fields does. At least one slide is learned from; with a single slide, or none that was looked through, none judges.
 */
export const splitSlides = (slides: readonly SlideToSplit[], known: ReadonlyMap<string, Side> = new Map()): Map<string, Side> => {
  const sides = new Map<string, Side>();
  for (const { slide } of slides) if (known.has(slide)) sides.set(slide, known.get(slide)!);
  const total = slides.reduce((sum, { reviewedFields }) => sum + reviewedFields, 0);
  const fieldsOn = (side: Side): number =>
    slides.reduce((sum, { slide, reviewedFields }) => sum + (sides.get(slide) === side ? reviewedFields : 0), 0);
  const free = slides.filter(({ slide }) => !known.has(slide)).sort((a, b) => (rank(a.slide) < rank(b.slide) ? -1 : 1));
  const learns = (): boolean => [...sides.values()].includes('train');
  const left: SlideToSplit[] = [];
  free.forEach((one, i) => {
    const others = left.length > 0 || i < free.length - 1 || learns();
    const held = fieldsOn('test');
    const isWanted = held === 0 || held + one.reviewedFields / 2 <= JUDGING * total;
    if (one.reviewedFields > 0 && others && isWanted) sides.set(one.slide, 'test');
    else left.push(one);
  });
  const spares = left.length >= LEAST_FOR_CHOOSING;
  for (const [i, one] of left.entries()) {
    const held = fieldsOn('val');
    const isWanted = held === 0 || held + one.reviewedFields / 2 <= CHOOSING * total;
    sides.set(one.slide, spares && i < left.length / 2 && one.reviewedFields > 0 && isWanted ? 'val' : 'train');
  }
  return sides;
};
