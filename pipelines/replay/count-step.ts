import type { Detection } from '../../domain/detection.ts';
import type { FrameId } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { Shade } from '../slide/sensor-shade.ts';

/** Where a keyframe lies on the map: its id, its island, and its corner there, in camera pixels. */
export type LaidKeyframe = readonly [id: number, island: number, x: number, y: number];

/** Tells one state of a slide map from others: how many cells, ledger entries and keyframes there are, and sums over them. */
export type MapMark = readonly number[];

/** The frame that a run of the network looked at, and where it lay: its corner at the keyframe's + (x, y). Boxes of tiles within the frame. */
export type LookStep = {
  readonly kind: 'look';
  readonly frame: FrameId;
  readonly atMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fullRange: boolean;
  readonly keyframe: number;
  readonly x: number;
  readonly y: number;
  readonly tiles: readonly Box[];
};

/**
 * Everything that the cells and the ledger of a smear depend on, in the order in which it happened. What a live count decides by the clock, by how fast
 * the network is and by what was let go is in this order and nowhere else: the same steps with the same answers of the network give the same ledger.
 *
 * - `lay` keyframes that are new or were moved, and how many islands there are. `rearrange` cells laid out anew after such moves.
 * - `blur` a field that was only seen out of focus. `shade` what lies on the sensor was learnt anew.
 * - `look` a run begins; `found` its answer, one list a tile; `again` early fields are looked at once more without the dirt;
 *   `ground` cells with how many of their sightings that took back, and shares of ground that is covered, in the order they are asked for. One run at a time: these follow each other, others may lie between.
 * - `mark` the map was saved in this state; `restored` counting went on from the map that was saved in this state.
 * - `lost` what the disk could not take is missing here.
 */
export type CountStep =
  | { readonly kind: 'lay'; readonly keyframes: readonly LaidKeyframe[]; readonly islands: number }
  | { readonly kind: 'rearrange'; readonly keyframes: readonly number[]; readonly atMs: number }
  | { readonly kind: 'blur'; readonly keyframe: number; readonly field: Box }
  | { readonly kind: 'shade'; readonly shade: Shade | undefined }
  | LookStep
  | { readonly kind: 'found'; readonly lists: readonly (readonly Detection[])[] }
  | { readonly kind: 'again' }
  | {
      readonly kind: 'ground';
      readonly covers: readonly number[];
      readonly gone: readonly (readonly [cell: number, sightings: number])[];
    }
  | { readonly kind: 'mark'; readonly mark: MapMark }
  | { readonly kind: 'restored'; readonly mark: MapMark }
  | { readonly kind: 'lost'; readonly steps: number };
