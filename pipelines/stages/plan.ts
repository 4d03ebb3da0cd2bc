import type { Tile } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, boxArea, type Point, translateBox } from '../../domain/geometry.ts';
import type { Tiling } from '../../models/engine.ts';
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

/**
 * How soon new area is analysed. `eager`: so that counts follow the eye, the network being free. `busy`: only what would be lost, the network having
 * work already. `thrifty`: as late as may be, so that a run covers most, for sources that are only read.
 */
export type Pace = 'eager' | 'busy' | 'thrifty';

/** New area, as a share of the field, that is worth a run at once; the first is about a red cell's strip of a 1280×720 field at 0.07 µm/px. */
const ENOUGH_SHARE: Record<Pace, number> = { eager: 0.08, busy: Number.POSITIVE_INFINITY, thrifty: 0.5 };
/** New area waits no longer than this for a free network, in ms of capture time. */
const WAIT_MS: Record<Pace, number> = { eager: 250, busy: Number.POSITIVE_INFINITY, thrifty: Number.POSITIVE_INFINITY };
/** Depth in camera pixels that may be lost at the edge of what was seen. */
const SLIP_PX = 0.3;
/** A gain in depth that registration's own error may make is none. */
const FAINT_PX = 0.3;
/** Area, weighted by depth, that is not worth a run, in squares of the depth that is capped: far less than a cell's share. */
const SLIVER = 0.002;
/** A tile shrinks to the part that the run is for where the rest would bring less than this share of its area. */
const WORTH_WHOLE = 0.3;
/** Shrunk tiles end at multiples of this, as a share of the overlap, so that the network meets few different sizes. */
const SHRINK_STEP = 1 / 4;

type Kept = { readonly frame: Frame; readonly fix: Fix; readonly sinceMs: number };

export type Planner = {
  /**
   * Borrows the frame and says which runs it calls for: of itself when it shows enough that is new, of the frame
   * kept before it when that showed what this one no longer shows.
   */
  advance(frame: Frame, fix: Fix, pace: Pace): { tasks: Task[]; pending: boolean };
  /** What is still to be analysed when no more frames come. */
  flush(): Task[];
  /** Lets go of the kept frame. */
  reset(): void;
};

/** What a tile brings: `worth` in wanted depth, `bonus` in any, both as weighted area; `reach` holds the points where it is wanted. */
type Gain = { readonly worth: number; readonly bonus: number; readonly reach: Box };

const cornerOf = (box: Box): Point => ({ x: box[0], y: box[1] });

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
export const createPlanner = (coverage: Coverage, tiling: Tiling): Planner => {
  const { gridPx, capPx } = coverage;
  const pointPx2 = (gridPx * gridPx) / capPx;
  const sliverPx2 = SLIVER * capPx * capPx;
  const shrinkStepPx = Math.max(1, Math.round(tiling.overlapPx * SHRINK_STEP));
  let kept: Kept | undefined;
  /** Depth to be gained at each point of the window at hand. */
  let wanted = new Float32Array(0);

  const clearWanted = ({ columns, rows }: DepthWindow): void => {
    if (wanted.length < columns * rows) wanted = new Float32Array(columns * rows);
  };

  /** Wants what a field offers beyond what was analysed, and gives its weighted area. */
  const wantGain = (field: Box, window: DepthWindow): number => {
    const { columns, rows, x0, y0, analysed } = window;
    clearWanted(window);
    let sum = 0;
    for (let row = 0, i = 0; row < rows; row++) {
      const y = y0 + row * gridPx;
      const across = Math.min(capPx, y - field[1], field[3] - y);
      for (let column = 0, x = x0; column < columns; column++, i++, x += gridPx) {
        const gain = Math.min(across, x - field[0], field[2] - x) - analysed[i]!;
        wanted[i] = gain > FAINT_PX ? gain : 0;
        sum += wanted[i]!;
      }
    }
    return sum * pointPx2;
  };

  /**
   * Wants what a field offers and `shown`, the field that follows it, does not, where that leaves more than the slip between what was ever
   * seen and what is analysed or still to be seen: slips add up, so that a slow drift loses no more than a single one.
   */
  const wantLost = (field: Box, shown: Box | undefined, window: DepthWindow): number => {
    const { columns, rows, x0, y0, analysed, seen } = window;
    clearWanted(window);
    let sum = 0;
    for (let row = 0, i = 0; row < rows; row++) {
      const y = y0 + row * gridPx;
      const across = Math.min(capPx, y - field[1], field[3] - y);
      const shownAcross = shown === undefined ? 0 : Math.min(y - shown[1], shown[3] - y);
      for (let column = 0, x = x0; column < columns; column++, i++, x += gridPx) {
        const depth = Math.min(across, x - field[0], field[2] - x);
        const elsewhere = shown === undefined ? 0 : Math.min(shownAcross, x - shown[0], shown[2] - x);
        const remains = Math.max(analysed[i]!, elsewhere, 0);
        const missing = Math.min(seen[i]!, capPx) - remains;
        const lost = depth > remains && missing > SLIP_PX && (depth > remains + SLIP_PX / 4 || missing > 3 * SLIP_PX);
        wanted[i] = lost ? depth - remains : 0;
        sum += !lost ? 0 : missing > 3 * SLIP_PX ? missing : depth - remains;
        // Tiles are worth what they bring beyond what remains, not beyond what was analysed.
        analysed[i] = remains;
      }
    }
    return sum * pointPx2;
  };

  /** Goes over the points that a tile would deepen. With `take` the tile is taken: they are wanted no more. */
  const visit = (box: Box, { columns, rows, x0, y0, analysed }: DepthWindow, take: boolean): Gain => {
    const first = Math.max(0, Math.ceil((box[0] - x0) / gridPx));
    const last = Math.min(columns - 1, Math.floor((box[2] - x0) / gridPx));
    let worth = 0;
    let bonus = 0;
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    let top = Number.POSITIVE_INFINITY;
    let bottom = Number.NEGATIVE_INFINITY;
    for (let row = Math.max(0, Math.ceil((box[1] - y0) / gridPx)); row < rows && y0 + row * gridPx <= box[3]; row++) {
      const y = y0 + row * gridPx;
      const across = Math.min(capPx, y - box[1], box[3] - y);
      for (let column = first, i = row * columns + first; column <= last; column++, i++) {
        const x = x0 + column * gridPx;
        const offered = Math.min(across, x - box[0], box[2] - x) - analysed[i]!;
        if (offered <= 0) continue;
        bonus += offered;
        const gain = Math.min(wanted[i]!, offered);
        if (gain <= 0) continue;
        worth += gain;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        if (take) {
          wanted[i]! -= gain;
          analysed[i]! += gain;
        }
      }
    }
    return { worth: worth * pointPx2, bonus: bonus * pointPx2, reach: [left, top, right, bottom] };
  };

  /** The part of a tile that deepens what is wanted as much as the whole would; the whole where the rest is worth it. Within the frame. */
  const shrink = ({ box }: Tile, corner: Box, { bonus, reach }: Gain): Tile => {
    if (bonus > WORTH_WHOLE * boxArea(box)) return { box };
    const down = (value: number, least: number): number => Math.max(least, Math.floor((value - capPx) / shrinkStepPx) * shrinkStepPx);
    const up = (value: number, most: number): number => Math.min(most, Math.ceil((value + capPx) / shrinkStepPx) * shrinkStepPx);
    return {
      box: [
        down(reach[0] - corner[0], box[0]),
        down(reach[1] - corner[1], box[1]),
        up(reach[2] - corner[0], box[2]),
        up(reach[3] - corner[1], box[3]),
      ],
    };
  };

  /** Tiles that bring the wanted depth, the most worthwhile first. */
  const choose = (frame: Frame, field: Box, window: DepthWindow): Tile[] => {
    let offers = tileFrame(frame.widthPx, frame.heightPx, tiling).map((tile) => ({ tile, box: translateBox(tile.box, cornerOf(field)) }));
    const chosen: Tile[] = [];
    while (offers.length > 0) {
      const gains = offers.map((offer) => ({ offer, gain: visit(offer.box, window, false) }));
      const best = gains.reduce((a, b) => (b.gain.worth > a.gain.worth ? b : a));
      if (best.gain.worth < sliverPx2 / 4) break;
      visit(best.offer.box, window, true);
      chosen.push(shrink(best.offer.tile, field, best.gain));
      offers = offers.filter((offer) => offer !== best.offer);
    }
    return chosen;
  };

  const taskFor = (frame: Frame, { keyframe, x, y }: Fix, tiles: readonly Tile[]): Task => {
    const analysed = tiles.map(({ box }): Analysed => ({ keyframe, box: translateBox(box, { x, y }) }));
    for (const tile of analysed) coverage.add(tile);
    return { frame: frame.retain(), keyframe, x, y, tiles, analysed };
  };

  const letGo = (): void => {
    kept?.frame[Symbol.dispose]();
    kept = undefined;
  };

  /** The kept frame's run for what the next field no longer shows, if that is worth one; for all it has where there is none. */
  const rescue = (next: Fix | undefined, shown: Box | undefined): Task[] => {
    if (kept === undefined) return [];
    const { frame, fix } = kept;
    const field = fieldOf(frame, fix);
    const { island } = fix.keyframe;
    // Again, in case the map was laid out anew since.
    coverage.see(island, field);
    const window = coverage.window(island, field, 0);
    if (wantLost(field, next?.keyframe.island === island ? shown : undefined, window) < sliverPx2) return [];
    const tiles = choose(frame, field, window);
    return tiles.length > 0 ? [taskFor(frame, fix, tiles)] : [];
  };

  return {
    advance: (frame, fix, pace) => {
      const field = fieldOf(frame, fix);
      const { island } = fix.keyframe;
      const tasks = rescue(fix, field);
      coverage.see(island, field);
      const window = coverage.window(island, field, 1);
      const gained = wantGain(field, window);
      const pending = gained > sliverPx2;
      const sinceMs = pending ? (kept?.sinceMs ?? frame.capturedAtMs) : frame.capturedAtMs;
      letGo();
      if (!pending) return { tasks, pending };
      const enough = gained > ENOUGH_SHARE[pace] * frame.widthPx * frame.heightPx || frame.capturedAtMs - sinceMs >= WAIT_MS[pace];
      if (enough && tasks.length === 0) {
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
