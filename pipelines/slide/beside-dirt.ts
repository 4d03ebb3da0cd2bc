import type { FieldTools } from './field-tools.ts';
import { STEPS_PER_GREY } from './grey-image.ts';
import { excess, type Match } from './match-keyframe.ts';
import { refineMoved } from './refine-moved.ts';

/** A match on content so many times what may be left of the pattern is not held by it … */
const PLAIN_CONTENT = 8;
/** … and one on less than this may be. */
const LEAST_CONTENT = 2.2;
/** Share of the samples that must be clean for the rest to be left out. */
const LEAST_CLEAN = 0.2;

/** Beyond this samples do not fit, in steps: far above what a cell's edge makes of a shift, so that no cell is left out. */
const DOUBT = 50 * STEPS_PER_GREY;

/**
 * The match again on samples that are clean in both pictures, where the slide shows so little that what is left of the dirt may hold the field. `undefined`
 * where they say otherwise.
 */
export const besideDirt = ({ pattern, thumbnail, develop }: FieldTools, match: Match): Match | undefined => {
  if (!pattern.known || match.moved === true || match.content >= PLAIN_CONTENT * pattern.left) return match;
  const { fine, factor } = thumbnail;
  const { clean, isDirty } = pattern.clean;
  if (clean.length < LEAST_CLEAN * fine.data.length) return match;
  const guess = { x: match.x / factor, y: match.y / factor };
  const found = refineMoved(fine, develop(match.keyframe).thumbnail.fine, clean, guess, { doubt: DOUBT, leftOut: isDirty });
  if (found === undefined || found.content < LEAST_CONTENT * pattern.left) return undefined;
  const again = {
    ...match,
    x: found.x * factor,
    y: found.y * factor,
    likeness: found.likeness,
    errorPx: found.error * factor,
    content: found.content,
  };
  return excess(again) > 0 ? again : undefined;
};
