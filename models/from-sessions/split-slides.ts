import { createHash } from 'node:crypto';

/** A slide and how many looked-through fields it has: only those can judge. */
export type SlideToSplit = { readonly slide: string; readonly reviewedFields: number };

export type Side = 'train' | 'val';

/** Of the fields, about so many are held back. */
const HELD_BACK = 0.25;

const rank = (slide: string): string => createHash('sha256').update(slide).digest('hex');

/**
 * Puts each slide on one side. Slides that an earlier training knew stay where they were; of the others, whole slides in an order that follows
 * from their names alone are held back until a quarter of the looked-through fields is. At least one slide stays on either side where that
 * can be; with a single slide, or none that was looked through, nothing is held back.
 */
export const splitSlides = (slides: readonly SlideToSplit[], known: ReadonlyMap<string, Side> = new Map()): Map<string, Side> => {
  const sides = new Map<string, Side>();
  const total = slides.reduce((sum, { reviewedFields }) => sum + reviewedFields, 0);
  let held = 0;
  const put = ({ slide, reviewedFields }: SlideToSplit, side: Side): void => {
    sides.set(slide, side);
    if (side === 'val') held += reviewedFields;
  };
  for (const one of slides) if (known.has(one.slide)) put(one, known.get(one.slide)!);
  const free = slides.filter(({ slide }) => !known.has(slide)).sort((a, b) => (rank(a.slide) < rank(b.slide) ? -1 : 1));
  let left = free.length;
  for (const one of free) {
    left--;
    const hasTrain = left > 0 || [...sides.values()].includes('train');
    const judges = one.reviewedFields > 0 && hasTrain;
    // A slide goes over where that comes nearer to the share than leaving it.
    const isWanted = held === 0 || held + one.reviewedFields / 2 <= HELD_BACK * total;
    put(one, judges && isWanted ? 'val' : 'train');
  }
  return sides;
};
