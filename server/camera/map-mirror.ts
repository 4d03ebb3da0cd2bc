import type { GroundMark } from '../../domain/ground.ts';
import type { MapCell, MapKeyframe } from '../../domain/wire.ts';
import type { MapNews } from './camera-messages.ts';

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

export const createMapMirror = (): MapMirror => {
  const keyframes = new Map<number, MapKeyframe>();
  const cells = new Map<number, MapCell>();
  const pictures = new Map<number, Uint8Array>();
  let ground: readonly GroundMark[] = [];
  const clear = (): void => {
    ground = [];
    pictures.clear();
    keyframes.clear();
    cells.clear();
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
      for (const id of news.removedCells) cells.delete(id);
      ground = news.ground ?? ground;
    },
    whole: () => {
      const all = [...keyframes.values()];
      const messages: MapNews[] = [
        {
          type: 'map',
          whole: true,
          keyframes: all.slice(0, KEYFRAMES_IN_MESSAGE),
          cells: [...cells.values()],
          removedCells: [],
          ...(ground.length > 0 ? { ground: [...ground] } : {}),
        },
      ];
      for (let from = KEYFRAMES_IN_MESSAGE; from < all.length; from += KEYFRAMES_IN_MESSAGE)
        messages.push({ type: 'map', whole: false, keyframes: all.slice(from, from + KEYFRAMES_IN_MESSAGE), cells: [], removedCells: [] });
      return messages;
    },
    clear,
    suspend: () => {
      const known = [...keyframes.values()];
      clear();
      for (const { id, picture } of known) if (picture !== undefined) pictures.set(id, picture);
    },
  };
};
