import { type Box, boxArea, boxCentre, boxHeight, boxWidth, containsBox, insetBox, translateBox } from '../../domain/geometry.ts';
import { type Found, sharedIou } from '../stages/merge-tiles.ts';
import { type Cell, isDoubtful, type LedgerEntry, likeliestClass, refineBox, type Sighted, weighClass, weighExistence } from './cell.ts';
import { fit, placeOf } from './fit-cell.ts';
import { createGridIndex } from './grid-index.ts';
import type { Keyframe } from './keyframe-graph.ts';
import { newCell } from './new-cell.ts';

/** What one run of the network found in a frame whose corner lies at the keyframe's + (x, y). */
export type Observation = {
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
  /** Analysed tiles, in camera pixels within the frame. */
  readonly tiles: readonly Box[];
  readonly found: readonly Found[];
};

export type CellMap = {
  /** Takes an observation in: each detection becomes a sighting of a cell that lies there, or a new cell. */
  observe(observation: Observation): Sighted[];
  /** Cells that touch a box of an island, by id; not the withdrawn ones. */
  within(island: number, box: Box): Cell[];
  /** Every cell, the withdrawn ones too, by id. */
  readonly cells: readonly Cell[];
  readonly ledger: readonly LedgerEntry[];
  /** Counted cells, one number for each class. */
  readonly counts: readonly number[];
  /** Cells that are kept out of the count. */
  readonly excluded: number;
  /** Half a side of each class's cells, on average, in camera pixels; 0 for none. */
  readonly halfSidesPx: readonly number[];
  /** Rises with each observation that changed something. */
  readonly version: number;
  /** Takes note that these keyframes moved; cells that this brought onto each other are one. */
  rearrange(moved: Iterable<Keyframe>, atMs: number): void;
  /** Counts the cells in a box of an island whose middles lie in it, or keeps them out of the count for a reason. */
  admit(island: number, box: Box, kept: string | undefined, atMs: number): void;
  /** Takes a cell back of which all sightings, or so many, are now known for something else. */
  takeBack(id: number, sightings: number, atMs: number, reason: string): void;
  /** Takes saved cells and their ledger into an empty map. */
  restore(cells: readonly Cell[], ledger: readonly LedgerEntry[]): void;
  reset(): void;
};

/** Two counted cells as alike as this are one, unless one look showed both, and neither faintly: networks tend to see one cell twice. */
const DUPLICATE_IOU = 0.5;
const FAINT_SCORE = 0.5;
/** A cell this far inside a tile must be found in it. */
const MISS_MARGIN_PX = 6;
/** Keyframes move a little before their cells are laid out anew. */
const MOVED_PX = 8;
/** Cells whose keyframes moved by less against each other lie as they lay. */
const STILL_PX = 1;
/** How far a cell's keyframe moved since the cell was laid out, and from which island. */
type Move = { readonly from: number; readonly x: number; readonly y: number };

const movedAlike = (a: Move, b: Move | undefined): boolean =>
  b !== undefined && a.from === b.from && Math.hypot(a.x - b.x, a.y - b.y) < STILL_PX;

/** The cells of a slide map. What an observation costs does not depend on how many cells lie elsewhere. */
export const createCellMap = (classCount: number): CellMap => {
  const index = createGridIndex<Cell>(128, MOVED_PX);
  /** Cells that are on the map, by the keyframe each hangs on. */
  let hanging = new Map<Keyframe, Set<Cell>>();
  let cells: Cell[] = [];
  let ledger: LedgerEntry[] = [];
  let counts: number[] = Array.from({ length: classCount }, () => 0);
  let version = 0;
  let excluded = 0;
  const sizes = counts.map(() => ({ sumPx: 0, n: 0 }));
  const measure = ({ classIndex, box }: Cell): void => {
    const size = sizes[classIndex]!;
    size.sumPx += (boxWidth(box) + boxHeight(box)) / 4;
    size.n++;
  };

  const note = (
    atMs: number,
    kind: LedgerEntry['kind'],
    cell: Cell,
    reason: string,
    more: Pick<LedgerEntry, 'was' | 'other'> = {},
  ): void => {
    const { id, classIndex, keyframe } = cell;
    ledger.push({ atMs, kind, cell: id, classIndex, ...more, island: keyframe.island, box: placeOf(cell), reason });
  };

  const put = (cell: Cell): void => {
    cell.changed = version;
    const { island, x, y } = cell.keyframe;
    cell.laid = { island, x, y };
    const own = hanging.get(cell.keyframe);
    if (own === undefined) hanging.set(cell.keyframe, new Set([cell]));
    else own.add(cell);
    index.put(cell, island, placeOf(cell));
  };

  const count = (cell: Cell, atMs: number, reason: string, from?: Cell): void => {
    cell.state = 'counted';
    counts[cell.classIndex]!++;
    measure(cell);
    if (from === undefined) note(atMs, 'counted', cell, reason);
    else note(atMs, 'split', cell, `seen beside cell ${from.id}, which had stood for both`, { other: from.id });
  };

  const withdraw = (cell: Cell, atMs: number, kind: 'merged' | 'withdrawn', reason: string, into?: Cell): void => {
    if (cell.state === 'counted') {
      counts[cell.classIndex]!--;
      note(atMs, kind, cell, reason, into === undefined ? {} : { other: into.id });
    }
    if (cell.state === 'excluded') excluded--;
    cell.state = 'withdrawn';
    cell.changed = version;
    hanging.get(cell.keyframe)?.delete(cell);
    index.take(cell);
  };

  /** A new cell; `from` is the one that stood for it too, as long as nothing told them apart. */
  const begin = (found: Found, observation: Observation, from?: Cell): Cell => {
    const cell = newCell(cells.length + 1, found, observation, classCount, version);
    cells.push(cell);
    if (!found.cut) count(cell, observation.atMs, 'first seen whole', from);
    put(cell);
    return cell;
  };

  const reconsider = (cell: Cell, atMs: number): void => {
    const classIndex = likeliestClass(cell.evidence);
    if (classIndex === cell.classIndex) return;
    const was = cell.classIndex;
    cell.classIndex = classIndex;
    if (cell.state !== 'counted') return;
    counts[was]!--;
    counts[classIndex]!++;
    note(atMs, 'reclassified', cell, `likelier over ${cell.sightings} sightings`, { was });
  };

  /** A further sighting; whole ones replace cut ones, a cut one never moves a whole box. */
  const meet = (cell: Cell, found: Found, { keyframe, x, y, atMs }: Observation): void => {
    const by = { x: keyframe.x + x - cell.keyframe.x, y: keyframe.y + y - cell.keyframe.y };
    const box = translateBox(found.box, by);
    cell.sightings++;
    cell.lastSeenMs = atMs;
    cell.score = Math.max(cell.score, found.score);
    cell.existence = weighExistence(cell.existence, found.score);
    weighClass(cell.evidence, found.classIndex, found.score, found.cut);
    if (!found.cut && cell.visible !== undefined) {
      hanging.get(cell.keyframe)?.delete(cell);
      cell.keyframe = keyframe;
      cell.box = translateBox(found.box, { x, y });
      cell.weight = found.score;
      cell.visible = undefined;
    } else if (!found.cut) refineBox(cell, box, found.score);
    else if (cell.visible !== undefined && boxArea(box) > boxArea(cell.box)) {
      cell.box = box;
      cell.visible = translateBox(found.visible, by);
    }
    reconsider(cell, atMs);
    if (cell.state === 'waiting' && cell.visible === undefined) count(cell, atMs, 'seen whole after it had been cut');
    put(cell);
  };

  const miss = (cell: Cell, atMs: number): void => {
    cell.misses++;
    cell.existence = weighExistence(cell.existence, undefined);
    if (isDoubtful(cell)) withdraw(cell, atMs, 'withdrawn', `not found in ${cell.misses} later looks, seen in ${cell.sightings}`);
  };

  const absorb = (kept: Cell, lost: Cell, atMs: number): void => {
    kept.sightings += lost.sightings;
    for (let i = 0; i < classCount; i++) kept.evidence[i]! += lost.evidence[i]!;
    kept.changed = version;
    withdraw(lost, atMs, 'merged', `the same as cell ${kept.id}`, kept);
    reconsider(kept, atMs);
  };

  /** Makes `cell` one with those that lie on it, unless they are known to be two and neither is faint. */
  const mergeDuplicates = (cell: Cell, knownAsTwo: (other: Cell) => boolean, atMs: number): void => {
    if (cell.state === 'withdrawn') return;
    const place = placeOf(cell);
    for (const other of index.near(cell.keyframe.island, place)) {
      if (other === cell || (knownAsTwo(other) && Math.min(cell.score, other.score) >= FAINT_SCORE)) continue;
      const visible = [cell, other].map((one) => one.visible && translateBox(one.visible, one.keyframe));
      if (sharedIou(place, visible[0], placeOf(other), visible[1]) < DUPLICATE_IOU) continue;
      const ranked = [cell, other].sort(
        (a, b) => Number(b.state === 'counted') - Number(a.state === 'counted') || b.sightings - a.sightings || a.id - b.id,
      );
      absorb(ranked[0]!, ranked[1]!, atMs);
      if (ranked[1] === cell) return;
    }
  };

  return {
    observe: (observation) => {
      const { keyframe, x, y, atMs, tiles, found } = observation;
      const corner = { x: keyframe.x + x, y: keyframe.y + y };
      version++;
      const placed = found.map((one) => ({ one, box: translateBox(one.box, corner), visible: translateBox(one.visible, corner) }));
      const pairs = placed.flatMap(({ one, box, visible }) =>
        index.near(keyframe.island, box).map((cell) => ({ one, cell, fit: fit(one, box, visible, cell, placeOf(cell)) })),
      );
      pairs.sort((a, b) => b.fit - a.fit || a.cell.id - b.cell.id);
      const met = new Map<Found, Cell>();
      const taken = new Set<Cell>();
      for (const pair of pairs) {
        if (pair.fit === 0 || met.has(pair.one) || taken.has(pair.cell)) continue;
        met.set(pair.one, pair.cell);
        taken.add(pair.cell);
      }
      const shown = new Set<Cell>();
      const sighted: Sighted[] = [];
      for (const one of found) {
        const known = met.get(one);
        if (known !== undefined) meet(known, one, observation);
        const cell =
          known ?? begin(one, observation, pairs.find((pair) => pair.one === one && pair.fit > 0 && pair.cell.state === 'counted')?.cell);
        taken.add(cell);
        if (!one.cut) shown.add(cell);
        sighted.push({ ...one, cell: cell.id });
      }
      for (const tile of tiles) {
        const inside = insetBox(translateBox(tile, corner), MISS_MARGIN_PX);
        for (const cell of index.near(keyframe.island, inside)) {
          if (taken.has(cell) || cell.visible !== undefined || !containsBox(inside, placeOf(cell))) continue;
          taken.add(cell);
          miss(cell, atMs);
        }
      }
      for (const cell of shown) mergeDuplicates(cell, (other) => shown.has(other), atMs);
      return sighted;
    },
    within: (island, box) =>
      index
        .near(island, box)
        .filter((cell) => {
          const place = placeOf(cell);
          return place[0] < box[2] && place[2] > box[0] && place[1] < box[3] && place[3] > box[1];
        })
        .sort((a, b) => a.id - b.id),
    get cells() {
      return cells;
    },
    get ledger() {
      return ledger;
    },
    get counts() {
      return counts;
    },
    get excluded() {
      return excluded;
    },
    get version() {
      return version;
    },
    get halfSidesPx() {
      return sizes.map(({ sumPx, n }) => (n === 0 ? 0 : sumPx / n));
    },
    rearrange: (moved, atMs) => {
      version++;
      const moves = new Map<Cell, Move>();
      for (const keyframe of moved) {
        for (const cell of hanging.get(keyframe) ?? []) {
          const { laid } = cell;
          moves.set(cell, { from: laid.island, x: keyframe.x - laid.x, y: keyframe.y - laid.y });
          put(cell);
        }
      }
      for (const [cell, move] of moves) {
        if (move.from === cell.laid.island && Math.hypot(move.x, move.y) < STILL_PX) continue;
        mergeDuplicates(cell, (other) => movedAlike(move, moves.get(other)), atMs);
      }
    },
    admit: (island, box, kept, atMs) => {
      for (const cell of index.near(island, box)) {
        const wrong = kept === undefined ? 'excluded' : 'counted';
        const { x, y } = boxCentre(placeOf(cell));
        if (cell.state !== wrong || x < box[0] || x >= box[2] || y < box[1] || y >= box[3]) continue;
        version++;
        cell.changed = version;
        cell.state = kept === undefined ? 'counted' : 'excluded';
        excluded += kept === undefined ? -1 : 1;
        counts[cell.classIndex]! += kept === undefined ? 1 : -1;
        note(atMs, kept === undefined ? 'readmitted' : 'excluded', cell, kept ?? 'seen anew where the smear is fit for counting');
      }
    },
    takeBack: (id, sightings, atMs, reason) => {
      const cell = cells[id - 1]!;
      if (cell.state === 'withdrawn' || cell.sightings > sightings) return;
      version++;
      withdraw(cell, atMs, 'withdrawn', reason);
    },
    restore: (saved, entries) => {
      version++;
      for (const cell of saved) {
        cells.push(cell);
        if (cell.state === 'counted') {
          counts[cell.classIndex]!++;
          measure(cell);
        }
        if (cell.state === 'excluded') excluded++;
        if (cell.state === 'withdrawn') cell.changed = version;
        else put(cell);
      }
      ledger.push(...entries);
    },
    reset: () => {
      version++;
      index.clear();
      hanging = new Map();
      cells = [];
      ledger = [];
      counts = counts.map(() => 0);
      excluded = 0;
      for (const size of sizes) Object.assign(size, { sumPx: 0, n: 0 });
    },
  };
};
