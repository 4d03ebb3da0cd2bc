import { type Box, boxArea, intersectBoxes, translateBox } from '../../../domain/geometry.ts';
import type { CellMap } from '../../../pipelines/slide/cell-map.ts';
import type { Keyframe } from '../../../pipelines/slide/keyframe-graph.ts';
import { mergeTiles } from '../../../pipelines/stages/merge-tiles.ts';

/** A cell of a made-up slide, with what the network makes of it. */
export type Scene = readonly { readonly box: Box; readonly classIndex?: number; readonly score?: number }[];

export type Look = {
  /** True corner of the field on the slide. */
  readonly x: number;
  readonly y: number;
  readonly atMs?: number;
  /** How far registration is off. */
  readonly slipX?: number;
  readonly slipY?: number;
};

export const FIELD_WIDTH_PX = 300;
export const FIELD_HEIGHT_PX = 200;
/** A box that ends as near as this to the field's edge is taken as cut. */
export const EDGE_PX = 3;

/** A keyframe as far as cells see it: a place that may move. */
export const keyframeAt = (x: number, y: number, island = 1): Keyframe => ({ island, x, y }) as Keyframe;

const FRAME: Box = [0, 0, FIELD_WIDTH_PX, FIELD_HEIGHT_PX];

/** Shows a field of the scene to the map, as one tile whose network finds all but slivers. */
export const lookAtCells = (map: CellMap, keyframe: Keyframe, scene: Scene, { x, y, atMs = 0, slipX = 0, slipY = 0 }: Look): void => {
  const detections = scene.flatMap(({ box, classIndex = 0, score = 0.9 }) => {
    const shown = intersectBoxes(translateBox(box, { x: -x, y: -y }), FRAME);
    return shown !== undefined && boxArea(shown) >= 0.2 * boxArea(box) ? [{ box: shown, classIndex, score }] : [];
  });
  const found = mergeTiles([{ box: FRAME }], [detections], EDGE_PX);
  map.observe({ keyframe, x: x + slipX - keyframe.x, y: y + slipY - keyframe.y, atMs, tiles: [FRAME], found });
};
