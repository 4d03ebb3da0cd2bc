import type { GroundMark } from '../../domain/ground.ts';
import type { MapCell, MapDrawing, MapKeyframe, MapTile } from '../../domain/wire.ts';
import type { MapNews } from './camera-messages.ts';
import { DRAWN_IN_MESSAGE } from './drawn-teller.ts';

/** The slide map as its news told it: what a viewer that joins late is given at once. */
export type MapMirror = {
  apply(news: MapNews): void;
  /** The whole map; in several messages where it is large, of which the first replaces what the viewer has. */
  whole(): MapNews[];
  clear(): void;
  /** Clears it but for the pictures: keyframes that are told again without one take them back. */
  suspend(): void;
};

/** Keyframes in one message: their pictures are some 10 kB each. */
const KEYFRAMES_IN_MESSAGE = 250;
/** Cells or tiles in one message: a page reads so many without a hitch. */
const CELLS_IN_MESSAGE = 10_000;

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

export const createMapMirror = (): MapMirror => {
  const keyframes = new Map<number, MapKeyframe>();
  const cells = new Map<number, MapCell>();
  const drawn = new Map<number, MapDrawing>();
  const pictures = new Map<number, Uint8Array>();
  let ground: readonly GroundMark[] = [];
  let looked: MapTile[] = [];
  const clear = (): void => {
    ground = [];
    looked = [];
    pictures.clear();
    keyframes.clear();
    cells.clear();
    drawn.clear();
  };
  return {
    apply: (news) => {
      if (news.whole) clear();
      // A keyframe that was moved comes again without its picture.
      for (const keyframe of news.keyframes) {
        const picture = keyframe.picture ?? keyframes.get(keyframe.id)?.picture ?? pictures.get(keyframe.id);
        keyframes.set(keyframe.id, picture === undefined ? keyframe : { ...keyframe, picture });
      }
      for (const cell of news.cells) cells.set(cell.id, cell);
      for (const drawing of news.drawn ?? []) drawn.set(drawing.id, drawing);
      for (const id of news.removedCells) {
        cells.delete(id);
        drawn.delete(id);
      }
      ground = news.ground ?? ground;
      if (news.looked?.whole) looked = [];
      for (const tile of news.looked?.tiles ?? []) looked.push(tile);
    },
    whole: () => {
      const pictured = slices([...keyframes.values()], KEYFRAMES_IN_MESSAGE);
      const found = slices([...cells.values()], CELLS_IN_MESSAGE);
      const outlines = slices([...drawn.values()], DRAWN_IN_MESSAGE);
      const tiles = slices(looked, CELLS_IN_MESSAGE);
      // A drawing never comes before its cell.
      const before = Math.max(0, found.length - 1);
      return Array.from(
        { length: Math.max(1, pictured.length, found.length, tiles.length, outlines.length && before + outlines.length) },
        (_, i): MapNews => ({
          type: 'map',
          whole: i === 0,
          keyframes: pictured[i] ?? [],
          cells: found[i] ?? [],
          removedCells: [],
          ...(i === 0 && ground.length > 0 ? { ground: [...ground] } : {}),
          ...(outlines[i - before] === undefined ? {} : { drawn: outlines[i - before]! }),
          ...(tiles[i] === undefined ? {} : { looked: { whole: false, tiles: tiles[i] } }),
        }),
      );
    },
    clear,
    suspend: () => {
      const known = [...keyframes.values()];
      clear();
      for (const { id, picture } of known) if (picture !== undefined) pictures.set(id, picture);
    },
  };
};
