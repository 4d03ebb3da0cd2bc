import { translateBox } from '../../domain/geometry.ts';
import type { Found } from '../stages/merge-tiles.ts';
import { type Cell, weighClass, weighExistence } from './cell.ts';
import type { Keyframe } from './keyframe-graph.ts';

/** The cell that a detection begins, in a frame whose corner lies at the keyframe's + (x, y); it waits to be counted. */
export const newCell = (
  id: number,
  { box, classIndex, score, cut, visible }: Found,
  { keyframe, x, y, atMs }: { readonly keyframe: Keyframe; readonly x: number; readonly y: number; readonly atMs: number },
  classCount: number,
  version: number,
): Cell => {
  const evidence = new Float64Array(classCount);
  weighClass(evidence, classIndex, score, cut);
  return {
    id,
    keyframe,
    laid: keyframe,
    box: translateBox(box, { x, y }),
    visible: cut ? translateBox(visible, { x, y }) : undefined,
    state: 'waiting',
    classIndex,
    score,
    evidence,
    existence: weighExistence(0, score),
    weight: score,
    sightings: 1,
    misses: 0,
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    changed: version,
  };
};
