import type { Tile } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { Analysed, Coverage, DepthWindow } from '../slide/coverage.ts';
import type { Keyframe } from '../slide/keyframe-graph.ts';
import type { Fix } from './register.ts';
import { tileFrame } from './tiling.ts';

/** Tiles of one frame that are worth a network run. Whoever takes it disposes the frame. */
export type Task = {
  readonly frame: Frame;
  /** The frame's corner lies at the keyframe's + (x, y), in camera pixels. */
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  readonly tiles: readonly Tile[];
  /** What the task adds to the coverage: taken back if it is dropped. */
  readonly analysed: readonly Analysed[];
};

export type PlanOptions = {
  readonly tiling: { readonly tilePx: number; readonly overlapPx: number };
  /** New area, as a share of the field, that is worth a run at once. */
  readonly eagerShare: number;
  /** New area waits no longer than this, in ms of capture time. */
  readonly eagerAfterMs: number;
};

/** Depth in camera pixels that may be lost at the edge of what was seen. */
const SLIP_PX = 1;
/** Area in square camera pixels, weighted by depth, that is not worth a run: far less than a cell's share. */
const SLIVER_PX2 = 60;

type Kept = { readonly frame: Frame; readonly fix: Fix; readonly sinceMs: number };

export type Planner = {
  /**
   * Borrows the frame and says which runs it calls for: of itself when it shows enough that is new and the engine is free, of the frame
   * kept before it when that showed what this one no longer shows.
   */
  advance(frame: Frame, fix: Fix, busy: boolean): { tasks: Task[]; pending: boolean };
  /** What is still to be analysed when no more frames come. */
  flush(): Task[];
  /** Lets go of the kept frame. */
  reset(): void;
};

const fieldOf = ({ widthPx, heightPx }: Frame, { keyframe, x, y }: Fix): Box => [
  keyframe.x + x,
  keyframe.y + y,
  keyframe.x + x + widthPx,
  keyframe.y + y + heightPx,
];

/**
 * Inference follows new area. The gain of a field at a place is the depth (see `Coverage`) that it offers beyond what was analysed.
 * Every place that was ever seen sharp is analysed at the depth it was seen, give or take `SLIP_PX`: the last good frame is
 * kept, and analysed before what it alone shows is lost.
 */
export const createPlanner = (coverage: Coverage, { tiling, eagerShare, eagerAfterMs }: PlanOptions): Planner => {
  const { gridPx, capPx } = coverage;
  const pointPx2 = (gridPx * gridPx) / capPx;
  let kept: Kept | undefined;
  let wanted = new Float32Array(0);

  /** Fills `wanted` with the depth to be gained at each point of the field, and gives its weighted area. */
  const gains = (field: Box, window: DepthWindow, wantedAt: (depth: number, i: number, x: number, y: number) => number): number => {
    const { columns, rows, x0, y0 } = window;
    if (wanted.length < columns * rows) wanted = new Float32Array(columns * rows);
    let sum = 0;
    for (let row = 0, i = 0; row < rows; row++) {
      const y = y0 + row * gridPx;
      const across = Math.min(capPx, y - field[1], field[3] - y);
      for (let column = 0; column < columns; column++, i++) {
        const x = x0 + column * gridPx;
        const depth = Math.min(across, x - field[0], field[2] - x);
        const gain = wantedAt(depth, i, x, y);
        wanted[i] = gain;
        sum += gain;
      }
    }
    return sum * pointPx2;
  };

  /** Tiles that bring the wanted depth, the most worthwhile first. */
  const choose = (frame: Frame, field: Box, { columns, rows, x0, y0, analysed }: DepthWindow): Tile[] => {
    const offered = tileFrame(frame.widthPx, frame.heightPx, tiling).map((tile) => {
      const box: Box = [tile.box[0] + field[0], tile.box[1] + field[1], tile.box[2] + field[0], tile.box[3] + field[1]];
      return { tile, box };
    });
    const chosen: Tile[] = [];
    const visit = (box: Box, take: boolean): number => {
      let worth = 0;
      const first = Math.max(0, Math.ceil((box[0] - x0) / gridPx));
      const last = Math.min(columns - 1, Math.floor((box[2] - x0) / gridPx));
      for (let row = Math.max(0, Math.ceil((box[1] - y0) / gridPx)); row < rows && y0 + row * gridPx <= box[3]; row++) {
        const y = y0 + row * gridPx;
        const across = Math.min(capPx, y - box[1], box[3] - y);
        for (let column = first, i = row * columns + first; column <= last; column++, i++) {
          if (wanted[i]! <= 0) continue;
          const x = x0 + column * gridPx;
          const gain = Math.min(wanted[i]!, Math.min(across, x - box[0], box[2] - x) - analysed[i]!);
          if (gain <= 0) continue;
          worth += gain;
          if (take) {
            wanted[i]! -= gain;
            analysed[i]! += gain;
          }
        }
      }
      return worth * pointPx2;
    };
    for (let left = offered; left.length > 0; ) {
      const best = left.map((offer) => ({ ...offer, worth: visit(offer.box, false) })).reduce((a, b) => (b.worth > a.worth ? b : a));
      if (best.worth < SLIVER_PX2 / 4) break;
      visit(best.box, true);
      chosen.push(best.tile);
      left = left.filter(({ tile }) => tile !== best.tile);
    }
    return chosen;
  };

  const taskFor = (frame: Frame, { keyframe, x, y }: Fix, tiles: readonly Tile[]): Task => {
    const analysed = tiles.map(({ box }): Analysed => ({ keyframe, box: [box[0] + x, box[1] + y, box[2] + x, box[3] + y] }));
    for (const tile of analysed) coverage.add(tile);
    return { frame: frame.retain(), keyframe, x, y, tiles, analysed };
  };

  const letGo = (): void => {
    kept?.frame[Symbol.dispose]();
    kept = undefined;
  };

  /** The kept frame's run for what `field` no longer shows, if that is worth one; for all it has where there is no such field. */
  const rescue = (field: Box | undefined, island: number | undefined): Task[] => {
    if (kept === undefined) return [];
    const { frame, fix } = kept;
    const own = fieldOf(frame, fix);
    const window = coverage.window(fix.keyframe.island, own, 0);
    const shows = field !== undefined && island === fix.keyframe.island ? field : undefined;
    const lost = gains(own, window, (depth, i, x, y) => {
      const elsewhere = shows === undefined ? 0 : Math.min(x - shows[0], shows[2] - x, y - shows[1], shows[3] - y);
      const remains = Math.max(window.analysed[i]!, elsewhere, 0);
      // Slips add up against what was ever seen, so that a slow drift loses no more than a single one.
      return depth > remains + 0.25 && Math.min(window.seen[i]!, capPx) > remains + SLIP_PX ? depth - remains : 0;
    });
    if (lost < SLIVER_PX2) return [];
    const tiles = choose(frame, own, window);
    return tiles.length > 0 ? [taskFor(frame, fix, tiles)] : [];
  };

  return {
    advance: (frame, fix, busy) => {
      const field = fieldOf(frame, fix);
      const { island } = fix.keyframe;
      const tasks = rescue(field, island);
      coverage.see(island, field);
      const window = coverage.window(island, field, 1);
      const gained = gains(field, window, (depth, i) => (depth > window.analysed[i]! + SLIP_PX / 2 ? depth - window.analysed[i]! : 0));
      const pending = gained > SLIVER_PX2;
      const sinceMs = pending ? (kept?.sinceMs ?? frame.capturedAtMs) : frame.capturedAtMs;
      const enough = gained > eagerShare * frame.widthPx * frame.heightPx;
      letGo();
      if (!pending) return { tasks, pending };
      if (!busy && tasks.length === 0 && (enough || frame.capturedAtMs - sinceMs >= eagerAfterMs)) {
        const tiles = choose(frame, field, window);
        if (tiles.length > 0) return { tasks: [taskFor(frame, fix, tiles)], pending };
      }
      kept = { frame: frame.retain(), fix, sinceMs };
      return { tasks, pending };
    },
    flush: () => {
      const tasks = rescue(undefined, undefined);
      letGo();
      return tasks;
    },
    reset: letGo,
  };
};
