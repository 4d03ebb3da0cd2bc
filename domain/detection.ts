import type { Box } from './geometry.ts';
import type { Outline } from './outline.ts';

/** A piece of a frame that goes through the network: `box` in camera pixels within the frame. */
export type Tile = { readonly box: Box };

/** What the network found in one frame: box in camera pixels within that frame. */
export type Detection = {
  readonly box: Box;
  /** Index into the bundle's list of classes. */
  readonly classIndex: number;
  /** Probability of that class, 0 to 1. */
  readonly score: number;
  /** Where the network draws cells: the cell's outline, and its nucleus', in camera pixels within that frame. */
  readonly outline?: Outline;
  readonly nucleus?: Outline;
};
