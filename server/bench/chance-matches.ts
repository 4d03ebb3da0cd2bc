import type { Point } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import { type Evidence, evidenceOf } from '../../pipelines/slide/confidence.ts';
import type { Keyframe } from '../../pipelines/slide/keyframe-graph.ts';
import { trackOn } from '../../pipelines/slide/match-keyframe.ts';
import { unpackPicture } from '../../pipelines/slide/packed-picture.ts';

const TRIES = 30;
/** A match farther than this from where it truly lies is chance. */
const CHANCE_PX = 24;

/** Matches of keyframes where they do not lie: begun anywhere, and kept where they come to an end at a wrong place. `shownAt` are the true places by id. */
export const chanceMatches = (keyframes: readonly Keyframe[], shownAt: ReadonlyMap<number, Point>, seed: number): Evidence[] => {
  const random = seededRandom(seed);
  const found: Evidence[] = [];
  const pictures = keyframes
    .slice(0, 12)
    .map((keyframe) => ({ keyframe, thumbnail: unpackPicture(keyframe.picture), at: shownAt.get(keyframe.id) }));
  for (const one of pictures) {
    for (const other of pictures) {
      if (one.at === undefined || other.at === undefined) continue;
      const away = { x: one.at.x - other.at.x, y: one.at.y - other.at.y };
      for (let n = 0; n < TRIES; n++) {
        const guess = { x: random.between(-900, 900), y: random.between(-500, 500) };
        const match = trackOn(one.thumbnail, other.keyframe, { thumbnail: other.thumbnail }, guess);
        if (match !== undefined && Math.hypot(match.x - away.x, match.y - away.y) > CHANCE_PX) found.push(evidenceOf(match));
      }
    }
  }
  return found;
};
