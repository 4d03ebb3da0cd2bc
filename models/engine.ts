import type { BundleCard } from '../domain/bundle-card.ts';
import type { Detection, Tile } from '../domain/detection.ts';
import type { Frame } from '../domain/frame.ts';

/** How an engine wants a frame cut up, in camera pixels. */
export type Tiling = {
  /** Largest side of a tile. */
  readonly tilePx: number;
  /** What neighbours share: no less than the largest cell. */
  readonly overlapPx: number;
  /** A box that ends as near as this to a tile's edge may go on beyond it; left out, two network pixels. */
  readonly edgePx?: number;
};

/**
 * The port behind which networks run. Pipelines know nothing else of `models/`.
 * An engine is loaded for one camera scale: `umPerPx` of the camera against that of the bundle's card gives the resampling.
 */
export type Engine = AsyncDisposable & {
  /** Who computes: `onnx:cpu`, `onnx:webgpu`, `tensorflow:cpu`, … */
  readonly name: string;
  readonly card: BundleCard;
  /** What it draws of each cell beside its box; empty where it draws nothing. */
  readonly draws: readonly ('cell' | 'nucleus')[];
  tiling(umPerPx: number): Tiling;
  /**
   * Runs the network on tiles of one frame in one batched call, or as few as equal shapes allow. Borrows the frame until the promise settles.
   * Gives one list for each tile, in order: boxes in camera pixels within the frame, scores at or above the card's thresholds, after NMS within the tile.
   */
  detect(frame: Frame, tiles: readonly Tile[], umPerPx: number, signal?: AbortSignal): Promise<readonly (readonly Detection[])[]>;
};
