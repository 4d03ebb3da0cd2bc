import type { Detection, Tile } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { GroundMap, GroundSight } from '../ground/ground-map.ts';
import { UNFIT_WORDS } from '../ground/unfit-ground.ts';
import type { Sighted } from '../slide/cell.ts';
import type { CellDrawings } from '../slide/cell-drawings.ts';
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
  /** Its detections, one list a tile. Borrows the frame, where there is one. */
  observe(looked: Looked, lists: readonly (readonly Detection[])[], frame: Frame | undefined): readonly Sighted[];
  /** Cells that dirt was taken for, by how many of their sightings. */
  takeBack(gone: ReadonlyMap<number, number>, atMs: number): void;
  /** Whether its ground is fit for counting. */
  judge(looked: Looked, sight: GroundSight): void;
};

export const createTakeIn = (
  { cellMap, drawings, ground }: { readonly cellMap: CellMap; readonly drawings: CellDrawings; readonly ground: GroundMap },
  { edgePx, edgeShare }: { readonly edgePx: number; readonly edgeShare: number },
): TakeIn => ({
  observe: ({ keyframe, x, y, atMs, tiles }, lists, frame) => {
    const found = mergeTiles(tiles, lists, edgePx, edgeShare);
    const sighted = cellMap.observe({ keyframe, x, y, atMs, tiles: tiles.map(({ box }) => box), found });
    drawings.observe(sighted, cellMap.cells, frame);
    return sighted;
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
