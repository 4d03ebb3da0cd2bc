import type { Box } from '../../domain/geometry.ts';
import type { Keyframe } from './keyframe-graph.ts';

/** A window of the coverage grid: `columns` × `rows` points, the first at (x0, y0) of the island, `gridPx` apart. */
export type DepthWindow = {
  readonly x0: number;
  readonly y0: number;
  readonly columns: number;
  readonly rows: number;
  /** For each point the largest distance to the edge of a tile that was analysed sharp, in camera pixels, up to the cap; 0 where none was. */
  readonly analysed: Float32Array;
  /** The same for fields that were seen sharp, analysed or not. */
  readonly seen: Float32Array;
};

/** An analysed tile, hung on a keyframe: `box` in camera pixels from its corner. */
export type Analysed = { readonly keyframe: Keyframe; readonly box: Box };

/**
 * How deep inside an analysed tile each place of the slide has ever been. A cell of half-size h around a place was whole in a tile
 * once the depth there has reached h, so coverage is kept as this depth and not as a mere yes.
 */
export type Coverage = {
  readonly gridPx: number;
  readonly capPx: number;
  add(tile: Analysed): void;
  /** Takes a tile back that was not analysed after all. */
  remove(tile: Analysed): void;
  /** Remembers that a field was seen sharp. */
  see(island: number, field: Box): void;
  /** The grid under a field. The arrays are reused by the next call with the same `slot`. */
  window(island: number, field: Box, slot: 0 | 1): DepthWindow;
  /** Slide area that was analysed, in square camera pixels. */
  readonly areaPx2: number;
  /** Lays all tiles out anew, after keyframes moved. */
  rebuild(): void;
  reset(): void;
};

const CHUNK = 64;

type Chunk = { readonly analysed: Float32Array; readonly seen: Float32Array };

const emptyChunk = (): Chunk => ({ analysed: new Float32Array(CHUNK * CHUNK), seen: new Float32Array(CHUNK * CHUNK) });

const onIsland = ({ keyframe, box }: Analysed): Box => [box[0] + keyframe.x, box[1] + keyframe.y, box[2] + keyframe.x, box[3] + keyframe.y];

/** Coverage in sparse chunks: what a frame costs does not depend on the slide's size. */
export const createCoverage = (gridPx: number, capPx: number): Coverage => {
  let islands = new Map<number, Map<number, Chunk>>();
  let tiles = new Set<Analysed>();
  let points = 0;
  const slots = [
    { analysed: new Float32Array(0), seen: new Float32Array(0) },
    { analysed: new Float32Array(0), seen: new Float32Array(0) },
  ];

  const chunkAt = (island: number, cx: number, cy: number, make: boolean): Chunk | undefined => {
    let chunks = islands.get(island);
    if (chunks === undefined) {
      if (!make) return undefined;
      chunks = new Map();
      islands.set(island, chunks);
    }
    const key = (cx + 0x100000) * 0x200000 + (cy + 0x100000);
    let chunk = chunks.get(key);
    if (chunk === undefined && make) {
      chunk = emptyChunk();
      chunks.set(key, chunk);
    }
    return chunk;
  };

  /** Calls back for each run of grid points within one chunk row, from the first point at or after the box's corner. */
  const eachRun = (box: Box, visit: (cx: number, cy: number, at: number, i: number, j: number, count: number) => void): void => {
    const i1 = Math.floor(box[2] / gridPx);
    const j1 = Math.floor(box[3] / gridPx);
    for (let j = Math.ceil(box[1] / gridPx); j <= j1; j++) {
      const cy = Math.floor(j / CHUNK);
      for (let i = Math.ceil(box[0] / gridPx); i <= i1; ) {
        const cx = Math.floor(i / CHUNK);
        const count = Math.min(i1 + 1, (cx + 1) * CHUNK) - i;
        visit(cx, cy, (j - cy * CHUNK) * CHUNK + (i - cx * CHUNK), i, j, count);
        i += count;
      }
    }
  };

  const raise = (island: number, box: Box, layer: keyof Chunk): void => {
    eachRun(box, (cx, cy, at, i, j, count) => {
      const values = chunkAt(island, cx, cy, true)![layer];
      const fromTop = Math.min(capPx, j * gridPx - box[1], box[3] - j * gridPx);
      for (let k = 0; k < count; k++) {
        const x = (i + k) * gridPx;
        const depth = Math.min(fromTop, x - box[0], box[2] - x);
        if (depth <= values[at + k]!) continue;
        if (layer === 'analysed' && values[at + k] === 0) points++;
        values[at + k] = depth;
      }
    });
  };

  const rebuild = (): void => {
    islands = new Map();
    points = 0;
    for (const tile of tiles) raise(tile.keyframe.island, onIsland(tile), 'analysed');
  };

  return {
    gridPx,
    capPx,
    add: (tile) => {
      tiles.add(tile);
      raise(tile.keyframe.island, onIsland(tile), 'analysed');
    },
    remove: (tile) => {
      if (tiles.delete(tile)) rebuild();
    },
    see: (island, field) => raise(island, field, 'seen'),
    window: (island, field, slot) => {
      const i0 = Math.ceil(field[0] / gridPx);
      const j0 = Math.ceil(field[1] / gridPx);
      const columns = Math.floor(field[2] / gridPx) - i0 + 1;
      const rows = Math.floor(field[3] / gridPx) - j0 + 1;
      const reused = slots[slot]!;
      if (reused.analysed.length < columns * rows) {
        reused.analysed = new Float32Array(columns * rows);
        reused.seen = new Float32Array(columns * rows);
      }
      const { analysed, seen } = reused;
      eachRun(field, (cx, cy, at, i, j, count) => {
        const chunk = chunkAt(island, cx, cy, false);
        const to = (j - j0) * columns + (i - i0);
        if (chunk === undefined) {
          analysed.fill(0, to, to + count);
          seen.fill(0, to, to + count);
          return;
        }
        analysed.set(chunk.analysed.subarray(at, at + count), to);
        seen.set(chunk.seen.subarray(at, at + count), to);
      });
      return { x0: i0 * gridPx, y0: j0 * gridPx, columns, rows, analysed, seen };
    },
    get areaPx2() {
      return points * gridPx * gridPx;
    },
    rebuild,
    reset: () => {
      tiles = new Set();
      rebuild();
    },
  };
};
