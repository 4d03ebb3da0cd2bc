import { createGridIndex, type GridIndex } from './grid-index.ts';
import type { PackedPicture } from './packed-picture.ts';
import { createPositionSolver, type PositionSolver, type Way } from './position-solver.ts';
import type { Signature } from './signature.ts';

/** A picture with its place on the slide map: upper left corner in camera pixels on its island. The graph moves it as it learns. */
export type Keyframe = {
  readonly id: number;
  island: number;
  x: number;
  y: number;
  readonly picture: PackedPicture;
  readonly signature: Signature;
  /** Taken from a frame that was not sharp, to bridge a fast move; a sharp one is made beside it as soon as there is one. */
  readonly weak: boolean;
};

/** A measured way between two keyframes: `to` lies at `from` + (x, y), in camera pixels. */
export type Link = { readonly from: Keyframe; readonly to: Keyframe; x: number; y: number; weight: number };

export type NearKeyframe = { readonly keyframe: Keyframe; readonly overlap: number };

/** The keyframes of a slide map and the ways measured between them. What a frame costs does not grow with their number. */
export type KeyframeGraph = {
  readonly keyframes: readonly Keyframe[];
  readonly links: readonly Link[];
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
  /** Takes over another measurement of a link; `adjust` is still to be called. */
  amend(link: Link, x: number, y: number, weight: number): void;
  /** Moves every keyframe so that the links agree best, each island's first keyframe staying where it is. Gives the farthest move. */
  relax(): number;
  /** The same around one keyframe, whose links are new; what lies farther off is left to `settle`. */
  adjust(around: Keyframe): void;
  /** Goes on with the adjustment of the whole map where one is due, by a step of bounded cost. `true` while there is more to do. */
  settle(): boolean;
  /** Makes two islands one: that of `from` is moved so that `to` lies at `from` + (x, y), in the older island's coordinates. */
  join(from: Keyframe, to: Keyframe, x: number, y: number, weight: number): void;
  /** Keyframes that were added or moved since the last call. */
  takeMoved(): Keyframe[];
  reset(): void;
};

/** Keyframes that are adjusted together around a new link. */
const AROUND = 64;
/** A link that disagrees by more than this share of the field's width, and by more than so many pixels, is doubted. */
const DOUBT_SHARE = 1 / 320;
const LEAST_DOUBT_PX = 3;
/** An adjustment around a link that leaves it this far off calls for one of the whole map. */
const STRAIN_PX = 0.25;
/** Ways that the adjustment of the whole map goes over in one frame, about. */
const WAYS_AT_ONCE = 4000;

/** Positions are a robust weighted least squares of all links (see `createPositionSolver`). */
export const createKeyframeGraph = (widthPx: () => number, heightPx: () => number): KeyframeGraph => {
  let keyframes: Keyframe[] = [];
  /** The first keyframe of each island, which stays where it is. */
  let anchors = new Map<number, Keyframe>();
  let links: Link[] = [];
  let linksOf = new Map<Keyframe, Link[]>();
  let index: GridIndex<Keyframe> | undefined;
  let moved = new Set<Keyframe>();
  let due = false;
  let settling:
    | { readonly solver: PositionSolver; readonly of: readonly Keyframe[]; readonly before: Float64Array[]; readonly ways: number }
    | undefined;
  let nextIsland = 1;
  let version = 0;

  const overlapAt = (keyframe: Keyframe, x: number, y: number): number =>
    Math.max(0, 1 - Math.abs(keyframe.x - x) / widthPx()) * Math.max(0, 1 - Math.abs(keyframe.y - y) / heightPx());

  const lay = (keyframe: Keyframe, x: number, y: number): void => {
    keyframe.x = x;
    keyframe.y = y;
    index ??= createGridIndex(Math.max(16, widthPx() / 2));
    index.put(keyframe, keyframe.island, [x, y, x, y]);
    moved.add(keyframe);
  };

  const link: KeyframeGraph['link'] = (from, to, x, y, weight) => {
    const made: Link = { from, to, x, y, weight };
    links.push(made);
    for (const end of [from, to]) {
      const own = linksOf.get(end);
      if (own === undefined) linksOf.set(end, [made]);
      else own.push(made);
    }
    version++;
  };

  const doubtPx = (): number => Math.max(LEAST_DOUBT_PX, widthPx() * DOUBT_SHARE);

  /** A solver for some keyframes; those that links lead to beyond them stay where they are. */
  const solverFor = (free: readonly Keyframe[], own: readonly Link[], rounds: number, closePx: number) => {
    const all = [...free];
    const indices = new Map(free.map((keyframe, i) => [keyframe, i]));
    const indexOf = (keyframe: Keyframe): number => {
      const known = indices.get(keyframe);
      if (known !== undefined) return known;
      indices.set(keyframe, all.length);
      all.push(keyframe);
      return all.length - 1;
    };
    const ways: Way[] = own.map(({ from, to, x, y, weight }) => ({ from: indexOf(from), to: indexOf(to), x, y, weight }));
    const fixed = Uint8Array.from(all, (keyframe, i) => (i >= free.length || anchors.get(keyframe.island) === keyframe ? 1 : 0));
    const x = Float64Array.from(all, (keyframe) => keyframe.x);
    const y = Float64Array.from(all, (keyframe) => keyframe.y);
    return createPositionSolver(x, y, fixed, ways, { doubtPx: doubtPx(), rounds, closePx });
  };

  const around = (centre: Keyframe): Keyframe[] => {
    const found = new Set([centre]);
    for (const keyframe of found) {
      for (const { from, to } of linksOf.get(keyframe) ?? []) {
        if (found.size >= AROUND) return [...found];
        found.add(from === keyframe ? to : from);
      }
    }
    return [...found];
  };

  const linksAmong = (free: readonly Keyframe[]): Link[] => {
    const own = new Set<Link>();
    for (const keyframe of free) for (const one of linksOf.get(keyframe) ?? []) own.add(one);
    return [...own];
  };

  const solveNow = (free: readonly Keyframe[], own: readonly Link[], rounds: number, closePx: number): number => {
    const solver = solverFor(free, own, rounds, closePx);
    while (!solver.step());
    let farthest = 0;
    free.forEach((keyframe, i) => {
      farthest = Math.max(farthest, Math.abs(solver.x[i]! - keyframe.x), Math.abs(solver.y[i]! - keyframe.y));
      if (solver.x[i] !== keyframe.x || solver.y[i] !== keyframe.y) lay(keyframe, solver.x[i]!, solver.y[i]!);
    });
    version++;
    return farthest;
  };

  const strain = ({ from, to, x, y }: Link): number => Math.hypot(to.x - from.x - x, to.y - from.y - y);

  /** Takes the found places over as moves, as keyframes may have moved since; newer ones go with what they hang on. */
  const takeOver = ({ solver, of, before }: NonNullable<typeof settling>): void => {
    const moves = new Map(of.map((keyframe, i) => [keyframe, { x: solver.x[i]! - before[0]![i]!, y: solver.y[i]! - before[1]![i]! }]));
    for (const keyframe of keyframes.slice(of.length)) {
      const lead = (linksOf.get(keyframe) ?? [])
        .map(({ from, to }) => moves.get(from === keyframe ? to : from))
        .find((move) => move !== undefined);
      if (lead !== undefined) moves.set(keyframe, lead);
    }
    for (const [keyframe, { x, y }] of moves) if (Math.hypot(x, y) > 1e-3) lay(keyframe, keyframe.x + x, keyframe.y + y);
    version++;
  };

  const graph: KeyframeGraph = {
    get keyframes() {
      return keyframes;
    },
    get links() {
      return links;
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
      nextIsland = Math.max(nextIsland, keyframe.island + 1);
      if (!anchors.has(keyframe.island)) anchors.set(keyframe.island, keyframe);
      lay(keyframe, keyframe.x, keyframe.y);
      version++;
      return keyframe;
    },
    byId: (id) => keyframes[id - 1],
    near: (island, x, y, minOverlap) => {
      const reach = [x - widthPx(), y - heightPx(), x + widthPx(), y + heightPx()] as const;
      const near: NearKeyframe[] = [];
      for (const keyframe of index?.near(island, reach) ?? []) {
        const overlap = overlapAt(keyframe, x, y);
        if (overlap > 0 && overlap >= minOverlap) near.push({ keyframe, overlap });
      }
      return near.sort(
        (a, b) => b.overlap - Number(b.keyframe.weak) - (a.overlap - Number(a.keyframe.weak)) || a.keyframe.id - b.keyframe.id,
      );
    },
    amend: (link, x, y, weight) => {
      link.x = x;
      link.y = y;
      link.weight = weight;
      version++;
    },
    linked: (a, b) => (linksOf.get(a) ?? []).some(({ from, to }) => from === b || to === b),
    link,
    relax: () => solveNow(keyframes, links, 3, 1e-4),
    adjust: (centre) => {
      const free = around(centre);
      solveNow(free, linksAmong(free), 1, 0.01);
      if (keyframes.length > AROUND && (linksOf.get(centre) ?? []).some((one) => strain(one) > STRAIN_PX)) due = true;
    },
    settle: () => {
      if (settling === undefined) {
        if (!due) return false;
        due = false;
        const of = [...keyframes];
        const before = [Float64Array.from(of, ({ x }) => x), Float64Array.from(of, ({ y }) => y)];
        settling = { solver: solverFor(of, links, 3, 0.005), of, before, ways: links.length };
      }
      for (let budget = WAYS_AT_ONCE; budget > 0; budget -= settling.ways + 1) {
        if (!settling.solver.step()) continue;
        takeOver(settling);
        settling = undefined;
        break;
      }
      return settling !== undefined || due;
    },
    join: (from, to, x, y, weight) => {
      const [kept, given] = from.island < to.island ? [from.island, to.island] : [to.island, from.island];
      const sign = to.island === given ? 1 : -1;
      const moveX = sign * (from.x + x - to.x);
      const moveY = sign * (from.y + y - to.y);
      for (const keyframe of keyframes) {
        if (keyframe.island !== given) continue;
        keyframe.island = kept;
        lay(keyframe, keyframe.x + moveX, keyframe.y + moveY);
      }
      anchors.delete(given);
      // What was being found was found with two anchors.
      if (settling !== undefined) due = true;
      settling = undefined;
      link(from, to, x, y, weight);
    },
    takeMoved: () => {
      const taken = [...moved];
      moved = new Set();
      return taken;
    },
    reset: () => {
      keyframes = [];
      anchors = new Map();
      links = [];
      linksOf = new Map();
      index = undefined;
      moved = new Set();
      settling = undefined;
      due = false;
      nextIsland = 1;
      version++;
    },
  };
  return graph;
};
