import type { Analysis, SearchPorts } from './find-place.ts';
import type { Thumbnail } from './grey-image.ts';
import { excess, type Match, searchOn, trackOn } from './match-keyframe.ts';

/** How far above what is asked a match must be that joins two islands: a wrong one would spoil both. */
const BRIDGE_EXCESS = 0.2;
/** Two matches that put the islands together in the same way, within this share of the field's width. */
const AGREE_SHARE = 1 / 160;
/** Two matches on one keyframe are two where the field has moved by this share of its width between them. */
const MOVED_SHARE = 1 / 8;
/** Looks for the other islands are as far apart as this share of the field's width. */
const LOOK_SHARE = 1 / 16;
const LOOKALIKES = 2;
/** Share of a field that a second keyframe of the other island must have for a match on it. */
const SECOND_OVERLAP = 0.2;

/** A found way between two islands that waits for a second match: `to`'s origin lies at (x, y) of `from`. */
type Bridge = {
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly y: number;
  readonly keyframe: number;
  readonly at: { x: number; y: number };
};

export type IslandJoiner = {
  /**
   * Looks for the field, which lies at `match`, on other islands, and joins them where two matches agree on how they lie. `analyse` is asked only where
   * there is something to look for. `true` when islands were joined.
   */
  look(frame: Thumbnail, widthPx: number, match: Match, analyse: () => Analysis): boolean;
  reset(): void;
};

const originOf = (match: Match, other: Match): { x: number; y: number } => ({
  x: match.keyframe.x + match.x - other.keyframe.x - other.x,
  y: match.keyframe.y + match.y - other.keyframe.y - other.y,
});

export const createIslandJoiner = ({ graph, places, develop, correlator, fits }: SearchPorts): IslandJoiner => {
  let looked: { island: number; x: number; y: number; version: number } | undefined;
  let bridges: Bridge[] = [];

  const agrees = (bridge: Bridge, origin: { x: number; y: number }, widthPx: number): boolean =>
    Math.hypot(bridge.x - origin.x, bridge.y - origin.y) <= widthPx * AGREE_SHARE;

  /** Whether another keyframe of the other island, or the same one seen from elsewhere, says the same. */
  const confirmed = (frame: Thumbnail, widthPx: number, match: Match, found: Match, origin: { x: number; y: number }): boolean => {
    const at = { x: found.keyframe.x + found.x, y: found.keyframe.y + found.y };
    const from = match.keyframe.island;
    const to = found.keyframe.island;
    for (const { keyframe } of graph.near(to, at.x, at.y, SECOND_OVERLAP).slice(0, 3)) {
      if (keyframe === found.keyframe) continue;
      const second = trackOn(frame, keyframe, develop(keyframe), { x: at.x - keyframe.x, y: at.y - keyframe.y });
      if (second === undefined || excess(second) < BRIDGE_EXCESS) continue;
      const again = originOf(match, second);
      if (Math.hypot(again.x - origin.x, again.y - origin.y) <= widthPx * AGREE_SHARE) return true;
    }
    return bridges.some((bridge) => {
      const elsewhere = bridge.keyframe !== found.keyframe.id || Math.hypot(bridge.at.x - at.x, bridge.at.y - at.y) > widthPx * MOVED_SHARE;
      return bridge.from === from && bridge.to === to && elsewhere && agrees(bridge, origin, widthPx);
    });
  };

  return {
    look: (frame, widthPx, match, analyse) => {
      if (graph.islands < 2) return false;
      const { island } = match.keyframe;
      const x = match.keyframe.x + match.x;
      const y = match.keyframe.y + match.y;
      const moved = looked === undefined || looked.island !== island || Math.hypot(looked.x - x, looked.y - y) >= widthPx * LOOK_SHARE;
      // A resting field is looked for again once the map has grown.
      if (!moved) return false;
      looked = { island, x, y, version: graph.version };
      const { phases, signature } = analyse();
      const others = places.candidates(signature, LOOKALIKES, (other) => other.island !== island && !other.weak && fits(other));
      for (const keyframe of others) {
        const found = searchOn(frame, phases, keyframe, develop(keyframe), correlator);
        if (found === undefined || excess(found) < BRIDGE_EXCESS) continue;
        const origin = originOf(match, found);
        if (confirmed(frame, widthPx, match, found, origin)) {
          const weight = Math.min(found.overlap * found.likeness, match.overlap * match.likeness);
          graph.join(match.keyframe, keyframe, match.x - found.x, match.y - found.y, weight);
          bridges = [];
          looked = undefined;
          return true;
        }
        bridges = [
          ...bridges.slice(-7),
          {
            from: island,
            to: keyframe.island,
            ...origin,
            keyframe: keyframe.id,
            at: { x: keyframe.x + found.x, y: keyframe.y + found.y },
          },
        ];
      }
      return false;
    },
    reset: () => {
      looked = undefined;
      bridges = [];
    },
  };
};
