import type { MapTile } from '../../domain/wire.ts';
import type { Analysed } from '../../pipelines/slide/coverage.ts';

/** What is new of the ground that was looked at. */
export type LookedTeller = {
  /** What to tell, given all tiles as they are now; undefined when nothing changed. */
  news(tiles: Iterable<Analysed>): { whole: boolean; tiles: MapTile[] } | undefined;
  /** Whether nothing waits to be told. */
  readonly settled: boolean;
  clear(): void;
};

const toMapTile = ({ keyframe, box: [x0, y0, x1, y1] }: Analysed): MapTile => ({
  keyframe: keyframe.id,
  box: [Math.round(x0), Math.round(y0), Math.round(x1), Math.round(y1)],
});

/** A tile is told when it is met the second time: most that are given up are gone by then. Where one told is gone, all are told anew. */
export const createLookedTeller = (): LookedTeller => {
  const told = new Set<Analysed>();
  let fresh = new Set<Analysed>();
  return {
    news: (tiles) => {
      const met = new Set<Analysed>();
      const due: Analysed[] = [];
      let known = 0;
      for (const tile of tiles) {
        if (told.has(tile)) known++;
        else if (fresh.has(tile)) due.push(tile);
        else met.add(tile);
      }
      fresh = met;
      if (known === told.size) {
        if (due.length === 0) return undefined;
        for (const tile of due) told.add(tile);
        return { whole: false, tiles: due.map(toMapTile) };
      }
      told.clear();
      for (const tile of tiles) if (!met.has(tile)) told.add(tile);
      return { whole: true, tiles: [...told].map(toMapTile) };
    },
    get settled() {
      return fresh.size === 0;
    },
    clear: () => {
      told.clear();
      fresh.clear();
    },
  };
};
