import type { Placement } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Thumbnail } from '../slide/grey-image.ts';
import type { Keyframe, KeyframeGraph } from '../slide/keyframe-graph.ts';
import { excess, likenessNeeded, type Match, searchOn, trackOn } from '../slide/match-keyframe.ts';
import { createPhaseCorrelator, type PhaseCorrelator, type Phases } from '../slide/phase-correlation.ts';
import { createStaticPattern, type StaticPattern } from '../slide/static-pattern.ts';
import { createThumbnailer, emptyThumbnail } from '../slide/thumbnail.ts';

/** Where a frame lies on the slide map. */
export type Fix = {
  readonly placement: Placement;
  /** What the frame was measured against: its corner lies at the keyframe's + (x, y) and moves with it. */
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  /** The frame's own keyframe, where it became one. */
  readonly made: Keyframe | undefined;
  readonly speedPxPerS: number | undefined;
};

/** A keyframe is made where none shares as much of the field. */
const KEYFRAME_OVERLAP = 0.6;
/** A frame that is not sharp becomes a weak keyframe only where hardly anything else holds the map together. */
const WEAK_KEYFRAME_OVERLAP = 0.4;
/** Ways measured for a new keyframe: they tie neighbouring lanes together. */
const LINKS = 4;
const LINK_OVERLAP = 0.15;
const LINK_LIKENESS = 0.7;
/** Keyframes tried by phase correlation in one frame, nearest first; the search goes on with the next frame. */
const SEARCHES = 12;
/** Sharp frames in a row that must stay unmatched before a new island is begun. */
const ISLAND_AFTER = 5;
/** How far above what is asked a match must be that joins two islands: a wrong one would spoil both. */
const BRIDGE_EXCESS = 0.25;
/** Prediction goes no farther than this, in ms; after a longer gap the place is taken to be the last one. */
const PREDICT_MS = 200;
/** The static pattern learns from fields that are this share of a field apart. */
const LEARN_SHARE = 1 / 8;

type Sized = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly thumbnail: Thumbnail;
  readonly take: ReturnType<typeof createThumbnailer>;
  readonly correlator: PhaseCorrelator;
  readonly pattern: StaticPattern;
};

type Last = {
  readonly island: number;
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
  readonly vx: number;
  readonly vy: number;
};

const copyOf = ({ factor, fine, coarse }: Thumbnail): Thumbnail => ({
  factor,
  fine: { ...fine, data: fine.data.slice() },
  coarse: { ...coarse, data: coarse.data.slice() },
});

/** Whether a keyframe can be compared with frames of this size. A source that changes its size begins a new island. */
const fits = ({ thumbnail: { fine } }: Sized, { thumbnail }: Keyframe): boolean =>
  thumbnail.fine.width === fine.width && thumbnail.fine.height === fine.height;

const better = (a: Match | undefined, b: Match | undefined): Match | undefined =>
  a === undefined || (b !== undefined && excess(b) > excess(a)) ? b : a;

export type Registrar = {
  /** Borrows the frame. `undefined` while it is lost. `sharp` frames alone begin islands and make full keyframes. */
  locate(frame: Frame, sharp: boolean): Fix | undefined;
  reset(): void;
};

/**
 * Finds each frame's place on the slide map: tracks it on the keyframe that shares most of its field, which on old ground is an old one;
 * searches by phase correlation when that fails; makes keyframes where the map ends. See `searchOn` and `trackOn` for the methods.
 */
export const createRegistrar = (graph: KeyframeGraph): Registrar => {
  let sized: Sized | undefined;
  let last: Last | undefined;
  let reference: Keyframe | undefined;
  let learned: Last | undefined;
  let unmatched = 0;
  let searchFrom = 0;
  let bridgeFrom = 0;

  const sizedFor = ({ widthPx, heightPx }: Frame): Sized => {
    if (sized?.widthPx === widthPx && sized.heightPx === heightPx) return sized;
    const thumbnail = emptyThumbnail(widthPx, heightPx);
    const correlator = createPhaseCorrelator(thumbnail.coarse.width, thumbnail.coarse.height);
    const pattern = createStaticPattern(thumbnail);
    last = undefined;
    reference = undefined;
    sized = { widthPx, heightPx, thumbnail, take: createThumbnailer(widthPx, heightPx), correlator, pattern };
    return sized;
  };

  const predicted = (atMs: number): { x: number; y: number } => {
    if (last === undefined) return { x: 0, y: 0 };
    const sinceMs = atMs - last.atMs;
    return sinceMs > PREDICT_MS ? last : { x: last.x + last.vx * sinceMs, y: last.y + last.vy * sinceMs };
  };

  const track = ({ thumbnail }: Sized, at: { x: number; y: number }): Match | undefined => {
    if (last === undefined) return undefined;
    let best: Match | undefined;
    for (const { keyframe } of graph.near(last.island, at.x, at.y, LINK_OVERLAP).slice(0, 2)) {
      const match = trackOn(thumbnail, keyframe, { x: at.x - keyframe.x, y: at.y - keyframe.y });
      best = better(best, match);
      if (best !== undefined && excess(best) > 0.1) break;
    }
    return best !== undefined && excess(best) > 0 ? best : undefined;
  };

  /** Nearest keyframes first, then on around the whole map, a few in each frame. */
  const search = (size: Sized, phases: Phases, at: { x: number; y: number }): Match | undefined => {
    const { thumbnail, correlator } = size;
    const near = last === undefined ? [] : graph.near(last.island, at.x, at.y, 0.01).slice(0, SEARCHES / 2);
    const all = graph.keyframes.filter((keyframe) => fits(size, keyframe));
    const rest = Array.from({ length: Math.min(all.length, SEARCHES) }, (_, i) => all[(searchFrom + i) % all.length]!);
    searchFrom += rest.length;
    let best: Match | undefined;
    for (const keyframe of new Set([...near.map((one) => one.keyframe), ...rest])) {
      best = better(best, searchOn(thumbnail, phases, keyframe, correlator));
      if (best !== undefined && excess(best) > 0.3) break;
    }
    return best;
  };

  /** The match again on the keyframe that shares most of the field, where another one led there. */
  const settle = ({ thumbnail }: Sized, match: Match): Match => {
    const x = match.keyframe.x + match.x;
    const y = match.keyframe.y + match.y;
    const closest = graph.near(match.keyframe.island, x, y, match.overlap + 0.05)[0]?.keyframe;
    if (closest === undefined || closest === match.keyframe) return match;
    return better(match, trackOn(thumbnail, closest, { x: x - closest.x, y: y - closest.y })) ?? match;
  };

  const addKeyframe = (size: Sized, island: number, x: number, y: number, weak: boolean, phases?: Phases): Keyframe => {
    const thumbnail = copyOf(size.thumbnail);
    return graph.add({ island, x, y, thumbnail, phases: phases ?? size.correlator.phases(thumbnail.coarse), weak });
  };

  /** A keyframe at the weighted mean of the ways to its neighbours, linked to each. */
  const extend = (size: Sized, match: Match, weak: boolean): Keyframe => {
    const at = { x: match.keyframe.x + match.x, y: match.keyframe.y + match.y };
    const ways = [match];
    for (const { keyframe } of graph.near(match.keyframe.island, at.x, at.y, LINK_OVERLAP)) {
      if (ways.length >= LINKS) break;
      if (keyframe === match.keyframe) continue;
      const way = trackOn(size.thumbnail, keyframe, { x: at.x - keyframe.x, y: at.y - keyframe.y });
      if (way !== undefined && way.likeness > LINK_LIKENESS) ways.push(way);
    }
    const made = addKeyframe(size, match.keyframe.island, at.x, at.y, weak);
    for (const { keyframe, x, y, overlap, likeness } of ways) graph.link(keyframe, made, x, y, overlap * likeness);
    graph.relax();
    return made;
  };

  /** When the reference changes, the frame seen on both measures the way between them. */
  const tie = ({ thumbnail }: Sized, match: Match): void => {
    const before = reference;
    reference = match.keyframe;
    if (before === undefined || before === reference || before.island !== reference.island || graph.linked(before, reference)) return;
    const at = { x: match.keyframe.x + match.x, y: match.keyframe.y + match.y };
    const other = trackOn(thumbnail, before, { x: at.x - before.x, y: at.y - before.y });
    if (other === undefined || Math.min(other.likeness, match.likeness) < LINK_LIKENESS) return;
    const weight = Math.min(other.overlap * other.likeness, match.overlap * match.likeness);
    graph.link(before, reference, other.x - match.x, other.y - match.y, weight);
    graph.relax();
  };

  /**
   * While there are several islands, looks for the field on a keyframe of another one, a keyframe a frame, so that a piece of the map begun
   * after a jump is joined to the rest as soon as the stage comes back over it.
   */
  const bridge = (size: Sized, match: Match): void => {
    const { thumbnail, correlator } = size;
    if (graph.islands < 2) return;
    const others = graph.keyframes.filter(
      (keyframe) => keyframe.island !== match.keyframe.island && !keyframe.weak && fits(size, keyframe),
    );
    const other = others[bridgeFrom++ % others.length];
    if (other === undefined) return;
    const found = searchOn(thumbnail, correlator.phases(thumbnail.coarse), other, correlator);
    if (found === undefined || excess(found) < BRIDGE_EXCESS) return;
    const weight = Math.min(found.overlap * found.likeness, match.overlap * match.likeness);
    graph.join(match.keyframe, other, match.x - found.x, match.y - found.y, weight);
  };

  const learn = ({ pattern, thumbnail, widthPx }: Sized, to: Last): void => {
    if (learned?.island === to.island && Math.hypot(learned.x - to.x, learned.y - to.y) < widthPx * LEARN_SHARE) return;
    learned = to;
    pattern.learn(thumbnail);
  };

  const fixAt = (frame: Frame, keyframe: Keyframe, x: number, y: number, confidence: number, made?: Keyframe): Fix => {
    const atMs = frame.capturedAtMs;
    const sinceMs = last === undefined ? 0 : atMs - last.atMs;
    const common = last !== undefined && last.island === keyframe.island && sinceMs > 0 && sinceMs <= PREDICT_MS;
    const moved = common && Math.abs(x - last!.x) < frame.widthPx / 2 && Math.abs(y - last!.y) < frame.heightPx / 2;
    const vx = moved ? (x - last!.x) / sinceMs : 0;
    const vy = moved ? (y - last!.y) / sinceMs : 0;
    last = { island: keyframe.island, x, y, atMs, vx, vy };
    unmatched = 0;
    learn(sizedFor(frame), last);
    const placement = { island: keyframe.island, x, y, confidence: Math.max(0, Math.min(1, confidence)) };
    return { placement, keyframe, x: x - keyframe.x, y: y - keyframe.y, made, speedPxPerS: moved ? Math.hypot(vx, vy) * 1000 : undefined };
  };

  const begin = (size: Sized, frame: Frame, phases?: Phases): Fix => {
    const made = addKeyframe(size, graph.newIsland(), 0, 0, false, phases);
    reference = made;
    return fixAt(frame, made, 0, 0, 1, made);
  };

  return {
    locate: (frame, sharp) => {
      const size = sizedFor(frame);
      size.take(frame.y, size.thumbnail);
      size.pattern.subtractFrom(size.thumbnail);
      if (graph.keyframes.length === 0) return sharp ? begin(size, frame) : undefined;
      const at = predicted(frame.capturedAtMs);
      let match = track(size, at);
      let phases: Phases | undefined;
      if (match === undefined && (sharp || unmatched < ISLAND_AFTER)) {
        phases = size.correlator.phases(size.thumbnail.coarse);
        match = search(size, phases, at);
        match &&= settle(size, match);
      }
      if (match === undefined) {
        if (sharp) unmatched++;
        return unmatched >= ISLAND_AFTER && sharp ? begin(size, frame, phases) : undefined;
      }
      tie(size, match);
      if (sharp) bridge(size, match);
      const { keyframe, overlap, likeness } = match;
      const needed = sharp ? KEYFRAME_OVERLAP : WEAK_KEYFRAME_OVERLAP;
      const x = keyframe.x + match.x;
      const y = keyframe.y + match.y;
      const strongest = graph.near(keyframe.island, x, y, 0).find((one) => (sharp ? !one.keyframe.weak : true))?.overlap ?? 0;
      if (strongest < needed && (sharp || likeness > likenessNeeded(overlap) + 0.1)) {
        const made = extend(size, match, !sharp);
        return fixAt(frame, made, made.x, made.y, likeness, made);
      }
      return fixAt(frame, keyframe, x, y, likeness);
    },
    reset: () => {
      last = undefined;
      reference = undefined;
      learned = undefined;
      unmatched = 0;
      searchFrom = 0;
      bridgeFrom = 0;
      graph.reset();
    },
  };
};
