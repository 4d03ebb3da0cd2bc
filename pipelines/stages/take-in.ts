import type { Detection, Tile } from '../../domain/detection.ts';
import type { Box } from '../../domain/geometry.ts';
import type { GroundMap, GroundSight } from '../ground/ground-map.ts';
import { UNFIT_WORDS } from '../ground/unfit-ground.ts';
import type { Sighted } from '../slide/cell.ts';
import type { CellMap } from '../slide/cell-map.ts';
import { placeOf } from '../slide/fit-cell.ts';
import type { Keyframe } from '../slide/keyframe-graph.ts';
import { mergeTiles } from './merge-tiles.ts';

/** Tiles of a frame that the network looked at; the frame's corner lies at the keyframe's + (x, y). */
export type Looked = {
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
  readonly tiles: readonly Tile[];
};

/** Takes into the map what a run of the network gave. */
export type TakeIn = {
  /** Its detections, one list a tile. */
  observe(looked: Looked, lists: readonly (readonly Detection[])[]): readonly Sighted[];
  /** Cells that dirt was taken for, by how many of their sightings. */
  takeBack(gone: ReadonlyMap<number, number>, atMs: number): void;
  /** Whether its ground is fit for counting. */
  judge(looked: Looked, sight: GroundSight): void;
};

export const createTakeIn = (
  cellMap: CellMap,
  ground: GroundMap,
  { edgePx, edgeShare }: { readonly edgePx: number; readonly edgeShare: number },
): TakeIn => ({
  observe: ({ keyframe, x, y, atMs, tiles }, lists) => {
    const found = mergeTiles(tiles, lists, edgePx, edgeShare);
    return cellMap.observe({ keyframe, x, y, atMs, tiles: tiles.map(({ box }) => box), found });
  },
  takeBack: (gone, atMs) => {
    for (const [cell, sightings] of gone)
      cellMap.takeBack(cell, sightings, atMs, 'dirt on the camera: nothing is here with it taken out of the picture');
  },
  judge: ({ keyframe, x, y, atMs, tiles }, sight) => {
    const corner = { x: keyframe.x + x, y: keyframe.y + y };
    const cellsIn = (box: Box): Box[] => cellMap.within(keyframe.island, box).map(placeOf);
    const boxes = tiles.map(({ box }) => box);
    for (const { island, box, kind } of ground.look(sight, keyframe, corner, boxes, cellsIn))
      cellMap.admit(island, box, kind && UNFIT_WORDS[kind], atMs);
  },
});
