import type { FieldTools } from './field-tools.ts';
import type { Match } from './match-keyframe.ts';
import { showsOtherPlace } from './pinned-field.ts';
import { type PlacedPicture, trackMoved } from './track-moved.ts';

/** A field that lies as still as this, in samples of the fine picture, may be held by what is on the sensor. */
const STILL = 3;
/** … unless it has moved and is this much alike: then what differs is the little on the sensor that stayed. */
const PLAINLY_ALIKE = 0.95;
/** What moved is told from a picture taken this share of a field away. */
const MOVED_SHARE = 1 / 40;

type Place = { readonly island: number; readonly x: number; readonly y: number };

/** Whether a field has not moved though it shows another place: then it is held by what is on the sensor. */
const isPinned = ({ thumbnail, develop }: FieldTools, match: Match): boolean => {
  const dx = Math.round(match.x / thumbnail.factor);
  const dy = Math.round(match.y / thumbnail.factor);
  if (Math.max(Math.abs(dx), Math.abs(dy)) > STILL) return false;
  if ((dx !== 0 || dy !== 0) && match.likeness > PLAINLY_ALIKE) return false;
  return showsOtherPlace(thumbnail.fine, develop(match.keyframe).thumbnail.fine, dx, dy);
};

/**
 * The frame's match without what is on the sensor: by what moved, where the sensor's pattern is not known yet or holds the field all the same. `expected` is where
 * the frame is thought to lie.
 */
export const unpinned = (tools: FieldTools, match: Match | undefined, expected: Place | undefined): Match | undefined => {
  const { pattern, thumbnail, correlator, develop, widthPx } = tools;
  const pinned = match !== undefined && isPinned(tools, match);
  if (pattern.known && !pinned) return match;
  if (expected === undefined) return pinned ? undefined : match;
  const onKeyframe: PlacedPicture | undefined = match && {
    keyframe: match.keyframe,
    x: 0,
    y: 0,
    picture: develop(match.keyframe).thumbnail.fine,
  };
  const from = (pattern.known ? undefined : pattern.earlier(expected.island, expected.x, expected.y, widthPx * MOVED_SHARE)) ?? onKeyframe;
  if (from === undefined) return undefined;
  const guesses = [{ x: expected.x - from.keyframe.x, y: expected.y - from.keyframe.y }];
  if (match !== undefined)
    guesses.push({ x: match.keyframe.x + match.x - from.keyframe.x, y: match.keyframe.y + match.y - from.keyframe.y });
  const moved = trackMoved(thumbnail, from, guesses, correlator);
  return moved.match ?? (pinned ? undefined : match);
};
