import type { Thumbnail } from './grey-image.ts';
import type { Phases } from './phase-correlation.ts';

/** A picture with its place on the slide map: upper left corner in camera pixels on its island. The graph moves it as it learns. */
export type Keyframe = {
  readonly id: number;
  island: number;
  x: number;
  y: number;
  readonly thumbnail: Thumbnail;
  readonly phases: Phases;
  /** Taken from a frame that was not sharp, to bridge a fast move; a sharp one is made beside it as soon as there is one. */
  readonly weak: boolean;
};

/** A measured way between two keyframes: `to` lies at `from` + (x, y), in camera pixels. */
type Link = { readonly from: Keyframe; readonly to: Keyframe; readonly x: number; readonly y: number; readonly weight: number };

export type NearKeyframe = { readonly keyframe: Keyframe; readonly overlap: number };

const SWEEPS = 12;

/** The keyframes of a slide map and the ways measured between them. */
export type KeyframeGraph = {
  readonly keyframes: readonly Keyframe[];
  /** Rises with each change. */
  readonly version: number;
  readonly islands: number;
  newIsland(): number;
  add(keyframe: Omit<Keyframe, 'id'>): Keyframe;
  byId(id: number): Keyframe | undefined;
  /** Keyframes of an island that share at least `minOverlap` of a field at (x, y), largest share first, weak ones after strong ones. */
  near(island: number, x: number, y: number, minOverlap: number): NearKeyframe[];
  linked(a: Keyframe, b: Keyframe): boolean;
  link(from: Keyframe, to: Keyframe, x: number, y: number, weight: number): void;
  /** Moves keyframes so that the links agree best, each island's first keyframe staying where it is. Gives the farthest move. */
  relax(): number;
  /** Makes two islands one: that of `from` is moved so that `to` lies at `from` + (x, y), in the older island's coordinates. */
  join(from: Keyframe, to: Keyframe, x: number, y: number, weight: number): void;
  reset(): void;
};

/** Positions are adjusted by Gauss–Seidel sweeps over the weighted least squares of all links. */
export const createKeyframeGraph = (widthPx: () => number, heightPx: () => number): KeyframeGraph => {
  let keyframes: Keyframe[] = [];
  /** The first keyframe of each island, which stays where it is. */
  let anchors = new Map<number, Keyframe>();
  let links = new Map<number, Link[]>();
  let nextIsland = 1;
  let version = 0;

  const overlapAt = (keyframe: Keyframe, x: number, y: number): number =>
    Math.max(0, 1 - Math.abs(keyframe.x - x) / widthPx()) * Math.max(0, 1 - Math.abs(keyframe.y - y) / heightPx());

  const linksOf = (keyframe: Keyframe): Link[] => {
    const own = links.get(keyframe.id) ?? [];
    links.set(keyframe.id, own);
    return own;
  };

  const link: KeyframeGraph['link'] = (from, to, x, y, weight) => {
    const made: Link = { from, to, x, y, weight };
    linksOf(from).push(made);
    linksOf(to).push(made);
    version++;
  };

  const sweep = (): number => {
    let farthest = 0;
    for (const keyframe of keyframes) {
      if (anchors.get(keyframe.island) === keyframe) continue;
      let weights = 0;
      let x = 0;
      let y = 0;
      for (const way of links.get(keyframe.id) ?? []) {
        const forwards = way.to === keyframe;
        const other = forwards ? way.from : way.to;
        weights += way.weight;
        x += way.weight * (forwards ? other.x + way.x : other.x - way.x);
        y += way.weight * (forwards ? other.y + way.y : other.y - way.y);
      }
      if (weights === 0) continue;
      farthest = Math.max(farthest, Math.abs(x / weights - keyframe.x), Math.abs(y / weights - keyframe.y));
      keyframe.x = x / weights;
      keyframe.y = y / weights;
    }
    return farthest;
  };

  return {
    get keyframes() {
      return keyframes;
    },
    get version() {
      return version;
    },
    get islands() {
      return anchors.size;
    },
    newIsland: () => nextIsland++,
    add: (parts) => {
      const keyframe: Keyframe = { id: keyframes.length + 1, ...parts };
      keyframes.push(keyframe);
      if (!anchors.has(keyframe.island)) anchors.set(keyframe.island, keyframe);
      version++;
      return keyframe;
    },
    byId: (id) => keyframes[id - 1],
    near: (island, x, y, minOverlap) => {
      const near: NearKeyframe[] = [];
      for (const keyframe of keyframes) {
        if (keyframe.island !== island) continue;
        const overlap = overlapAt(keyframe, x, y);
        if (overlap > 0 && overlap >= minOverlap) near.push({ keyframe, overlap });
      }
      return near.sort(
        (a, b) => b.overlap - Number(b.keyframe.weak) - (a.overlap - Number(a.keyframe.weak)) || a.keyframe.id - b.keyframe.id,
      );
    },
    linked: (a, b) => (links.get(a.id) ?? []).some(({ from, to }) => from === b || to === b),
    link,
    relax: () => {
      let farthest = 0;
      for (let i = 0; i < SWEEPS; i++) {
        const moved = sweep();
        farthest += moved;
        if (moved < 0.01) break;
      }
      if (farthest > 0) version++;
      return farthest;
    },
    join: (from, to, x, y, weight) => {
      const [kept, given] = from.island < to.island ? [from.island, to.island] : [to.island, from.island];
      const sign = to.island === given ? 1 : -1;
      const moveX = sign * (from.x + x - to.x);
      const moveY = sign * (from.y + y - to.y);
      for (const keyframe of keyframes) {
        if (keyframe.island !== given) continue;
        keyframe.island = kept;
        keyframe.x += moveX;
        keyframe.y += moveY;
      }
      anchors.delete(given);
      link(from, to, x, y, weight);
    },
    reset: () => {
      keyframes = [];
      anchors = new Map();
      links = new Map();
      nextIsland = 1;
      version++;
    },
  };
};
