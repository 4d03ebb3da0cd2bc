import type { CellMap } from './cell-map.ts';
import type { Coverage } from './coverage.ts';
import type { Keyframe, KeyframeGraph } from './keyframe-graph.ts';

/** Keyframes may move by so much before tiles and cells are laid out anew, in camera pixels. */
const STIRRED_PX = 1;
/** Keyframes whose tiles and cells are laid out anew in one frame. */
const AT_ONCE = 3;

/** Lays coverage and cells out anew once keyframes have moved away from where they were laid. */
export type Settler = {
  /** A few keyframes at a call, so that no frame waits for a large map; all at once where islands were joined. */
  settle(atMs: number): void;
  /** All that is still to be laid out. */
  finish(atMs: number): void;
  reset(): void;
};

export const createSettler = (graph: KeyframeGraph, coverage: Coverage, cellMap: Pick<CellMap, 'rearrange'>): Settler => {
  let laid = new Map<Keyframe, { readonly island: number; readonly x: number; readonly y: number }>();
  let stirred = new Set<Keyframe>();

  const notice = (): boolean => {
    let joined = false;
    for (const keyframe of graph.takeMoved()) {
      const { island, x, y } = keyframe;
      const at = laid.get(keyframe);
      if (at === undefined) laid.set(keyframe, { island, x, y });
      else if (at.island !== island || Math.max(Math.abs(x - at.x), Math.abs(y - at.y)) > STIRRED_PX) stirred.add(keyframe);
      joined ||= at !== undefined && at.island !== island;
    }
    return joined;
  };

  const layAnew = (atMs: number, most: number): void => {
    if (stirred.size === 0) return;
    const some = [...stirred].slice(0, most);
    for (const keyframe of some) {
      stirred.delete(keyframe);
      laid.set(keyframe, { island: keyframe.island, x: keyframe.x, y: keyframe.y });
    }
    coverage.relay(some);
    cellMap.rearrange(some, atMs);
  };

  return {
    settle: (atMs) => layAnew(atMs, notice() ? Number.POSITIVE_INFINITY : AT_ONCE),
    finish: (atMs) => {
      notice();
      layAnew(atMs, Number.POSITIVE_INFINITY);
    },
    reset: () => {
      laid = new Map();
      stirred = new Set();
      graph.takeMoved();
    },
  };
};
