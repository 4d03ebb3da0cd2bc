import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import { createGridIndex } from './grid-index.ts';
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
  /** Area where the middle of something that reaches so far from it lay whole within an analysed tile, in square camera pixels. */
  areaDeeperPx2(reachPx: number): number;
  /** Lays the tiles of these keyframes out anew, after they moved; what else lies there stays. */
  relay(moved: readonly Keyframe[]): void;
  /** Every analysed tile, in the order of their coming. */
  readonly tiles: Iterable<Analysed>;
  reset(): void;
};

const CHUNK = 64;
/** Depths are told apart in so many steps up to the cap, for the areas that reach them. */
const STEPS = 128;

type Chunk = { readonly analysed: Float32Array; readonly seen: Float32Array };

const emptyChunk = (): Chunk => ({ analysed: new Float32Array(CHUNK * CHUNK), seen: new Float32Array(CHUNK * CHUNK) });

const onIsland = ({ keyframe, box }: Analysed): Box => [box[0] + keyframe.x, box[1] + keyframe.y, box[2] + keyframe.x, box[3] + keyframe.y];

/** A tile's place on an island. */
type Laid = { readonly island: number; readonly box: Box };

/** Coverage in sparse chunks: what a frame costs does not depend on the slide's size. */
export const createCoverage = (gridPx: number, capPx: number): Coverage => {
  let islands = new Map<number, Map<number, Chunk>>();
  let tiles = new Set<Analysed>();
  let byKeyframe = new Map<Keyframe, Set<Analysed>>();
  /** Where each tile is laid out. */
  let laid = new Map<Analysed, Laid>();
  const index = createGridIndex<Analysed>(CHUNK * gridPx);
  let points = 0;
  /** Points by their analysed depth, in steps. */
  const depths = new Int32Array(STEPS + 1);
  const stepOf = (depth: number): number => Math.round((STEPS * depth) / capPx);
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

  /** Raises what a box makes deeper: everywhere, or within `clip` alone. */
  const raise = (island: number, box: Box, layer: keyof Chunk, clip: Box = box): void => {
    eachRun(clip, (cx, cy, at, i, j, count) => {
      const fromTop = Math.min(capPx, j * gridPx - box[1], box[3] - j * gridPx);
      if (fromTop < 0) return;
      const values = chunkAt(island, cx, cy, true)![layer];
      for (let k = 0; k < count; k++) {
        const x = (i + k) * gridPx;
        const depth = Math.min(fromTop, x - box[0], box[2] - x);
        if (depth <= values[at + k]!) continue;
        if (layer === 'analysed') {
          if (values[at + k] === 0) points++;
          else depths[stepOf(values[at + k]!)]!--;
          depths[stepOf(depth)]!++;
        }
        values[at + k] = depth;
      }
    });
  };

  const lay = (tile: Analysed): Laid => {
    const place = { island: tile.keyframe.island, box: onIsland(tile) };
    laid.set(tile, place);
    index.put(tile, place.island, place.box);
    return place;
  };

  /** Empties the chunks that these places touch and lays out anew what lies in them. */
  const renew = (places: readonly Laid[]): void => {
    const done = new Set<string>();
    const size = CHUNK * gridPx;
    for (const { island, box } of places) {
      for (let cy = Math.floor(box[1] / size); cy <= Math.floor(box[3] / size); cy++) {
        for (let cx = Math.floor(box[0] / size); cx <= Math.floor(box[2] / size); cx++) {
          const key = `${island} ${cx} ${cy}`;
          const chunk = chunkAt(island, cx, cy, false);
          if (done.has(key)) continue;
          done.add(key);
          for (let i = 0; chunk !== undefined && i < chunk.analysed.length; i++) {
            if (chunk.analysed[i] === 0) continue;
            points--;
            depths[stepOf(chunk.analysed[i]!)]!--;
          }
          chunk?.analysed.fill(0);
          chunk?.seen.fill(0);
          const bounds: Box = [cx * size, cy * size, (cx + 1) * size - gridPx, (cy + 1) * size - gridPx];
          for (const tile of index.near(island, bounds)) {
            const common = intersectBoxes(laid.get(tile)!.box, bounds);
            if (common !== undefined) raise(island, laid.get(tile)!.box, 'analysed', common);
          }
        }
      }
    }
  };

  return {
    gridPx,
    capPx,
    add: (tile) => {
      tiles.add(tile);
      const own = byKeyframe.get(tile.keyframe);
      if (own === undefined) byKeyframe.set(tile.keyframe, new Set([tile]));
      else own.add(tile);
      const { island, box } = lay(tile);
      raise(island, box, 'analysed');
    },
    remove: (tile) => {
      const place = laid.get(tile);
      if (place === undefined) return;
      tiles.delete(tile);
      byKeyframe.get(tile.keyframe)?.delete(tile);
      laid.delete(tile);
      index.take(tile);
      renew([place]);
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
    areaDeeperPx2: (reachPx) => {
      let deep = 0;
      for (let step = Math.max(1, stepOf(Math.min(reachPx, capPx))); step <= STEPS; step++) deep += depths[step]!;
      return deep * gridPx * gridPx;
    },
    relay: (moved) => {
      const own = moved.flatMap((keyframe) => [...(byKeyframe.get(keyframe) ?? [])]);
      const before = own.map((tile) => laid.get(tile)!);
      renew([...before, ...own.map(lay)]);
    },
    get tiles() {
      return tiles;
    },
    reset: () => {
      islands = new Map();
      tiles = new Set();
      byKeyframe = new Map();
      laid = new Map();
      index.clear();
      points = 0;
      depths.fill(0);
    },
  };
};
