import type { Developed } from './darkroom.ts';
import type { Thumbnail } from './grey-image.ts';
import type { Keyframe, KeyframeGraph } from './keyframe-graph.ts';
import { excess, type Match, searchOn, trackOn } from './match-keyframe.ts';
import type { PhaseCorrelator, Phases } from './phase-correlation.ts';
import type { PlaceIndex } from './place-index.ts';
import type { Signature } from './signature.ts';

export type Analysis = { readonly phases: Phases; readonly signature: Signature };

/** What a search looks with: the keyframes unpacked, the index of places, and which keyframes may be compared with the frame. */
export type SearchPorts = {
  readonly graph: KeyframeGraph;
  readonly places: PlaceIndex;
  readonly develop: (keyframe: Keyframe) => Developed;
  readonly correlator: PhaseCorrelator;
  readonly fits: (keyframe: Keyframe) => boolean;
};

/** Keyframes tried in one frame: those around the last place, and those that look like this one. */
const NEIGHBOURS = 2;
const LOOKALIKES = 4;
/** A match as good as this needs no other to be compared with. */
const PLAIN = 0.3;
/** Places on the map farther apart than this, in camera pixels, are two. */
const APART_PX = 24;
/** Another place that is as likely as the best but for this much makes both doubtful. */
const AMBIGUOUS = 0.12;

const placeOf = ({ keyframe, x, y }: Match): { island: number; x: number; y: number } => ({
  island: keyframe.island,
  x: keyframe.x + x,
  y: keyframe.y + y,
});

/**
 * The frame's place anywhere on the map: on the keyframes around the last known place, and on those whose signature is like the frame's. What it costs
 * does not grow with the map; a map too large to be looked through in one frame is looked through in several. `undefined` where two places are alike.
 */
export const findPlace = (
  frame: Thumbnail,
  { phases, signature }: Analysis,
  last: { island: number; x: number; y: number } | undefined,
  { graph, places, develop, correlator, fits }: SearchPorts,
): Match | undefined => {
  const near = last === undefined ? [] : graph.near(last.island, last.x, last.y, 0.01).slice(0, NEIGHBOURS);
  const tried = new Set([...near.map(({ keyframe }) => keyframe).filter(fits), ...places.candidates(signature, LOOKALIKES, fits)]);
  const found: Match[] = [];
  for (const keyframe of tried) {
    const match = searchOn(frame, phases, keyframe, develop(keyframe), correlator);
    if (match === undefined) continue;
    found.push(match);
    if (excess(match) > PLAIN) break;
  }
  found.sort((a, b) => excess(b) - excess(a));
  const best = found[0];
  if (best === undefined) return undefined;
  const at = placeOf(best);
  const isRival = (other: Match): boolean => {
    const place = placeOf(other);
    // Islands may show the same ground before they are joined.
    return place.island === at.island && Math.hypot(place.x - at.x, place.y - at.y) > APART_PX && excess(best) - excess(other) < AMBIGUOUS;
  };
  return found.some(isRival) ? undefined : best;
};

/** The match again on the keyframe that shares most of the field, where another one led there. */
export const onClosest = (frame: Thumbnail, match: Match, { graph, develop, fits }: SearchPorts): Match => {
  const { x, y, island } = placeOf(match);
  const closest = graph.near(island, x, y, match.overlap + 0.05).find(({ keyframe }) => fits(keyframe))?.keyframe;
  if (closest === undefined || closest === match.keyframe) return match;
  const again = trackOn(frame, closest, develop(closest), { x: x - closest.x, y: y - closest.y });
  return again !== undefined && excess(again) > excess(match) ? again : match;
};
