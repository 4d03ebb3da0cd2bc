import type { Detection } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import type { GroundSight } from '../ground/ground-map.ts';
import type { Cell, LedgerEntry } from '../slide/cell.ts';
import type { CellMap } from '../slide/cell-map.ts';
import type { Keyframe, KeyframeGraph } from '../slide/keyframe-graph.ts';
import type { Shade } from '../slide/sensor-shade.ts';
import type { Looked } from '../stages/take-in.ts';
import type { CountStep, LaidKeyframe, MapMark } from './count-step.ts';

/** Hears each step; with a `look` its frame, borrowed. */
export type OnStep = (step: CountStep, frame?: Frame) => void;

/** The mark of a map as it is. */
export const markOf = (keyframes: readonly Keyframe[], cells: readonly Cell[], ledger: readonly LedgerEntry[]): MapMark => {
  const mark = [keyframes.length, cells.length, ledger.length, 0, 0, 0];
  for (const { x, y } of keyframes) {
    mark[3]! += x;
    mark[4]! += y;
  }
  for (const { sightings, misses } of cells) mark[5]! += sightings + 3 * misses;
  return mark;
};

/** Tells of a counter what the replay of its steps needs, each thing when it changed. */
export type StepTeller = {
  readonly tell: OnStep;
  /** Keyframes and islands, after each frame was placed. */
  lay(): void;
  shade(shade: Shade | undefined): void;
  /** The map's own way of laying cells out anew, overheard. */
  readonly rearranging: Pick<CellMap, 'rearrange'>;
  look(frame: Frame, looked: Looked): void;
  /** The network's answer, without drawings: no cell and no entry of the ledger depends on them. */
  found(lists: readonly (readonly Detection[])[]): void;
  /** Lets the ground be judged, and tells how covered it was found, after cells were taken back. */
  ground(sight: GroundSight, gone: ReadonlyMap<number, number>, judge: (sight: GroundSight) => void): void;
  mark(kind: 'mark' | 'restored'): void;
  reset(): void;
};

export const createStepTeller = (graph: KeyframeGraph, cellMap: CellMap, tell: OnStep = () => {}): StepTeller => {
  let version = -1;
  let told: LaidKeyframe[] = [];
  let shade: Shade | undefined;
  return {
    tell,
    lay: () => {
      if (graph.version === version) return;
      version = graph.version;
      const changed: LaidKeyframe[] = [];
      graph.keyframes.forEach(({ id, island, x, y }, i) => {
        const known = told[i];
        if (known !== undefined && known[1] === island && known[2] === x && known[3] === y) return;
        told[i] = [id, island, x, y];
        changed.push(told[i]);
      });
      if (changed.length > 0) tell({ kind: 'lay', keyframes: changed, islands: graph.islands });
    },
    shade: (now) => {
      if (now === shade) return;
      shade = now;
      tell({ kind: 'shade', shade });
    },
    rearranging: {
      rearrange: (moved, atMs) => {
        const some = [...moved];
        tell({ kind: 'rearrange', keyframes: some.map(({ id }) => id), atMs });
        cellMap.rearrange(some, atMs);
      },
    },
    look: (frame, { keyframe, x, y, atMs, tiles }) => {
      const { id, widthPx, heightPx, fullRange } = frame;
      const boxes = tiles.map(({ box }) => box);
      tell({ kind: 'look', frame: id, atMs, widthPx, heightPx, fullRange, keyframe: keyframe.id, x, y, tiles: boxes }, frame);
    },
    found: (lists) =>
      tell({
        kind: 'found',
        lists: lists.map((list) => list.map(({ box, classIndex, score }) => ({ box, classIndex, score }))),
      }),
    ground: (sight, gone, judge) => {
      const covers: number[] = [];
      const cover = (box: Box): number => {
        const share = sight.cover(box);
        covers.push(share);
        return share;
      };
      judge({ ...sight, cover });
      tell({ kind: 'ground', covers, gone: [...gone] });
    },
    mark: (kind) => tell({ kind, mark: markOf(graph.keyframes, cellMap.cells, cellMap.ledger) }),
    reset: () => {
      version = -1;
      told = [];
      shade = undefined;
    },
  };
};
