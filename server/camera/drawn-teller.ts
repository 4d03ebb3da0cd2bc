import type { MapDrawing } from '../../domain/wire.ts';
import type { DrawingsNow } from '../../pipelines/slide/cell-drawings.ts';

/** Tells which cells were drawn, or drawn better, since the last time; so many at a time that no message is large. */
export type DrawnTeller = {
  /** Whether nothing is left to be told. */
  readonly settled: boolean;
  /** Those of cells that are not shown are left out. */
  news(drawings: DrawingsNow, isShown: (cell: number) => boolean): MapDrawing[];
  clear(drawings: DrawingsNow): void;
};

/** Drawings in one message, some 150 bytes each. */
export const DRAWN_IN_MESSAGE = 1000;

export const createDrawnTeller = (): DrawnTeller => {
  const waiting = new Set<number>();
  let version = 0;
  return {
    get settled() {
      return waiting.size === 0;
    },
    news: (drawings, isShown) => {
      if (drawings.version !== version) for (const cell of drawings.since(version)) waiting.add(cell);
      version = drawings.version;
      const drawn: MapDrawing[] = [];
      for (const id of waiting) {
        if (drawn.length === DRAWN_IN_MESSAGE) break;
        waiting.delete(id);
        const drawing = drawings.of(id);
        if (drawing !== undefined && isShown(id)) drawn.push({ id, ...drawing });
      }
      return drawn;
    },
    clear: (drawings) => {
      waiting.clear();
      version = drawings.version;
    },
  };
};
