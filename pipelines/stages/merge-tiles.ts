import type { Detection, Tile } from '../../domain/detection.ts';
import { type Box, boxArea, boxHeight, boxWidth, intersectBoxes, iou } from '../../domain/geometry.ts';

/** A detection with what could be seen around it, in camera pixels within the frame. */
export type Found = Detection & {
  /** The tile it was found in. */
  readonly visible: Box;
  /** Whether it ends at the tile's edge: there may be more of it beyond. */
  readonly cut: boolean;
};

/** Overlap at which two tiles are taken to show the same cell, judged where both could see it. */
const SAME_IOU = 0.45;

const touches = (box: Box, tile: Box, edgePx: number, edgeShare: number): boolean => {
  const near = Math.max(edgePx, edgeShare * Math.max(boxWidth(box), boxHeight(box)));
  return box[0] <= tile[0] + near || box[1] <= tile[1] + near || box[2] >= tile[2] - near || box[3] >= tile[3] - near;
};

/** Likeness of two boxes, 0 to 1, in the area where both would have been seen; 0 where there is none. */
export const sharedIou = (a: Box, aVisible: Box | undefined, b: Box, bVisible: Box | undefined): number => {
  if (aVisible === undefined && bVisible === undefined) return iou(a, b);
  const shownA = bVisible === undefined ? a : intersectBoxes(a, bVisible);
  const shownB = aVisible === undefined ? b : intersectBoxes(b, aVisible);
  return shownA === undefined || shownB === undefined ? 0 : iou(shownA, shownB);
};

const likeness = (a: Found, b: Found): number => sharedIou(a.box, a.cut ? a.visible : undefined, b.box, b.cut ? b.visible : undefined);

/** Of two sightings of one cell the whole one, then the larger if both are cut, then the likelier. */
const prefer = (a: Found, b: Found): boolean => {
  if (a.cut !== b.cut) return b.cut;
  return a.cut ? boxArea(a.box) >= boxArea(b.box) : a.score >= b.score;
};

/**
 * One list of detections from those of overlapping tiles: cells that two tiles found stand in it once, the whole sighting before a cut one.
 * Each detection meets at most one of another tile, so that two cells lying over each other stay two. `edgePx` is how near to a tile's
 * edge a box must end to be taken as cut, or `edgeShare` as a share of its longer side where that is more.
 */
export const mergeTiles = (tiles: readonly Tile[], lists: readonly (readonly Detection[])[], edgePx: number, edgeShare = 0): Found[] => {
  let merged: Found[] = [];
  tiles.forEach(({ box: visible }, t) => {
    const added = (lists[t] ?? []).map(
      (detection): Found => ({ ...detection, visible, cut: touches(detection.box, visible, edgePx, edgeShare) }),
    );
    const pairs: { old: Found; young: Found; same: number }[] = [];
    for (const old of merged) {
      for (const young of added) {
        const same = likeness(old, young);
        if (same >= SAME_IOU) pairs.push({ old, young, same });
      }
    }
    pairs.sort((a, b) => b.same - a.same);
    const met = new Set<Found>();
    const losers = new Set<Found>();
    for (const { old, young } of pairs) {
      if (met.has(old) || met.has(young)) continue;
      met.add(old);
      met.add(young);
      losers.add(prefer(old, young) ? young : old);
    }
    merged = [...merged, ...added].filter((found) => !losers.has(found));
  });
  return merged;
};
