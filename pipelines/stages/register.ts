import type { Placement } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { besideDirt } from '../slide/beside-dirt.ts';
import { cleanEarlier } from '../slide/clean-earlier.ts';
import { confidenceOf } from '../slide/confidence.ts';
import { createFieldTools, type FieldTools } from '../slide/field-tools.ts';
import { type Analysis, findPlace, onClosest } from '../slide/find-place.ts';
import type { GreyImage } from '../slide/grey-image.ts';
import type { Keyframe, KeyframeGraph } from '../slide/keyframe-graph.ts';
import { excess, LINK_LIKENESS, likenessNeeded, type Match, patchesShown, searchOn, trackOn } from '../slide/match-keyframe.ts';
import { packPicture } from '../slide/packed-picture.ts';
import { createPlaceIndex } from '../slide/place-index.ts';
import type { Last, RegistrarState } from '../slide/registrar-state.ts';
import type { PicturePlace } from '../slide/static-pattern.ts';
import type { Turn } from '../slide/turn.ts';
import { unpinned } from '../slide/unpin.ts';

/** Where a frame lies on the slide map. */
export type Fix = {
  readonly placement: Placement;
  /** What the frame was measured against: its corner lies at the keyframe's + (x, y) and moves with it. */
  readonly keyframe: Keyframe;
  readonly x: number;
  readonly y: number;
  /** How the frame was matched. */
  readonly match: Match;
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
/** Sharp frames in a row that must stay unmatched before a new island is begun. */
const ISLAND_AFTER = 5;
/** Where many frames in a row stay unmatched, each so many a turned camera is looked for. */
const LOOK_FOR_TURN = 10;
/** Fields that show less than so many patches (see `patchesShown`) look alike in any turn. */
const PATCHES_FOR_TURN = 30;
/** Each so many frames that are refused as turned are looked for on the rest of the map. */
const SEARCH_UPRIGHT = 4;
/** Prediction goes no farther than this, in ms; after a longer gap the place is taken to be the last one. */
const PREDICT_MS = 200;
/** The static pattern learns from fields that are this share of a field apart. */
const LEARN_SHARE = 1 / 8;
/** … and before it is known from nearer ones. */
const FIRST_LEARN_SHARE = 1 / 28;
/** A match that is less alike than sharp ones were lately by this much may be of neighbours: cells in rows are alike. */
const DOUBTFUL = 0.12;
const LEAST_COMMON = 0.4;
const USUAL_SHARE = 0.1;

const better = (a: Match | undefined, b: Match | undefined): Match | undefined =>
  a === undefined || (b !== undefined && excess(b) > excess(a)) ? b : a;

export type Registrar = {
  /** Borrows the frame. `undefined` while it is lost. `sharp` frames alone begin islands and make full keyframes. */
  locate(frame: Frame, sharp: boolean): Fix | undefined;
  /** How the camera is turned or magnifies against the map, while frames are refused for it. */
  readonly turn: Turn | undefined;
  /** What is on the sensor, in logarithms of the light against what is around it, as far as it is known. */
  readonly sensor: GreyImage | undefined;
  /** `undefined` before the first frame. */
  readonly state: RegistrarState | undefined;
  /** Goes on from a saved state; the graph was filled before. */
  restore(state: RegistrarState | undefined): void;
  reset(): void;
};

/**
 * Finds each frame's place on the slide map: tracks it on the keyframe that shares most of its field, which on old ground is an old one; searches the
 * map when that fails; makes keyframes where it ends. A frame that is turned or magnified against the map is never laid on it.
 */
export const createRegistrar = (graph: KeyframeGraph): Registrar => {
  const places = createPlaceIndex();
  let sized: FieldTools | undefined;
  let last: Last | undefined;
  let reference: Keyframe | undefined;
  let learned: Last | undefined;
  let unmatched = 0;
  let turnFrom = 0;
  let refused = 0;
  let usual = 0;

  const toolsFor = (widthPx: number, heightPx: number): FieldTools => {
    if (sized?.widthPx === widthPx && sized.heightPx === heightPx) return sized;
    last = undefined;
    reference = undefined;
    sized = createFieldTools(graph, places, widthPx, heightPx);
    return sized;
  };

  const predicted = (atMs: number): { x: number; y: number } => {
    if (last === undefined) return { x: 0, y: 0 };
    const sinceMs = atMs - last.atMs;
    return sinceMs < 0 || sinceMs > PREDICT_MS ? last : { x: last.x + last.vx * sinceMs, y: last.y + last.vy * sinceMs };
  };

  const trackAt = ({ thumbnail, develop }: FieldTools, keyframe: Keyframe, at: { x: number; y: number }): Match | undefined =>
    trackOn(thumbnail, keyframe, develop(keyframe), { x: at.x - keyframe.x, y: at.y - keyframe.y });

  const track = (size: FieldTools, at: { x: number; y: number }): Match | undefined => {
    if (last === undefined) return undefined;
    let best: Match | undefined;
    for (const { keyframe } of graph.near(last.island, at.x, at.y, LINK_OVERLAP).slice(0, 2)) {
      if (!size.fits(keyframe)) continue;
      best = better(best, trackAt(size, keyframe, at));
      if (best !== undefined && excess(best) > 0.1) break;
    }
    return best !== undefined && excess(best) > 0 ? best : undefined;
  };

  const addKeyframe = (size: FieldTools, island: number, x: number, y: number, weak: boolean, { signature }: Analysis): Keyframe => {
    const made = graph.add({ island, x, y, picture: packPicture(size.thumbnail), signature, weak });
    places.add(made);
    if (!size.pattern.settled) size.unclean.push(made);
    return made;
  };

  /** A keyframe at the place of the best match, linked to its neighbours, which are adjusted together. */
  const extend = (size: FieldTools, match: Match, weak: boolean, analysis: Analysis): Keyframe => {
    const at = { x: match.keyframe.x + match.x, y: match.keyframe.y + match.y };
    const ways = [match];
    for (const { keyframe } of graph.near(match.keyframe.island, at.x, at.y, LINK_OVERLAP)) {
      if (ways.length >= LINKS) break;
      if (keyframe === match.keyframe || !size.fits(keyframe)) continue;
      const way = trackAt(size, keyframe, at);
      if (way !== undefined && way.likeness > LINK_LIKENESS) ways.push(way);
    }
    const made = addKeyframe(size, match.keyframe.island, at.x, at.y, weak, analysis);
    for (const { keyframe, x, y, overlap, likeness } of ways) graph.link(keyframe, made, x, y, overlap * likeness);
    graph.adjust(made);
    return made;
  };

  /** When the reference changes, the frame seen on both measures the way between them. */
  const tie = (size: FieldTools, match: Match): void => {
    const before = reference;
    reference = match.keyframe;
    if (before === undefined || before === reference || before.island !== reference.island || graph.linked(before, reference)) return;
    const other = trackAt(size, before, { x: match.keyframe.x + match.x, y: match.keyframe.y + match.y });
    if (other === undefined || Math.min(other.likeness, match.likeness) < LINK_LIKENESS) return;
    const weight = Math.min(other.overlap * other.likeness, match.overlap * match.likeness);
    graph.link(before, reference, other.x - match.x, other.y - match.y, weight);
    graph.adjust(reference);
  };

  /** Learns what is on the sensor; as long as it changes it is taken out of the pictures from before. */
  const learn = (size: FieldTools, place: PicturePlace): void => {
    const change = size.pattern.learn(size.thumbnail, place);
    if (change === undefined || size.unclean.length === 0) return;
    cleanEarlier(size, change);
    graph.adjust(place.keyframe);
  };

  const fixAt = (frame: Frame, match: Match, sharp: boolean, made?: Keyframe): Fix => {
    const keyframe = made ?? match.keyframe;
    const x = made?.x ?? keyframe.x + match.x;
    const y = made?.y ?? keyframe.y + match.y;
    const atMs = frame.capturedAtMs;
    const sinceMs = last === undefined ? 0 : atMs - last.atMs;
    const common = last !== undefined && last.island === keyframe.island && sinceMs > 0 && sinceMs <= PREDICT_MS;
    const moved = common && Math.abs(x - last!.x) < frame.widthPx / 2 && Math.abs(y - last!.y) < frame.heightPx / 2;
    const vx = moved ? (x - last!.x) / sinceMs : 0;
    const vy = moved ? (y - last!.y) / sinceMs : 0;
    last = { island: keyframe.island, x, y, atMs, vx, vy };
    unmatched = 0;
    const size = toolsFor(frame.widthPx, frame.heightPx);
    const learnAfterPx = frame.widthPx * (size.pattern.settled ? LEARN_SHARE : size.pattern.known ? LEARN_SHARE / 2 : FIRST_LEARN_SHARE);
    if (sharp && (learned?.island !== last.island || Math.hypot(learned.x - x, learned.y - y) >= learnAfterPx)) {
      learned = last;
      learn(size, made === undefined ? match : { keyframe: made, x: 0, y: 0 });
    }
    const placement = { island: keyframe.island, x, y, confidence: confidenceOf(match) };
    return {
      placement,
      keyframe,
      x: x - keyframe.x,
      y: y - keyframe.y,
      match,
      made,
      speedPxPerS: moved ? Math.hypot(vx, vy) * 1000 : undefined,
    };
  };

  /** A field that stands turned where it is tracked may lie upright on another piece of the map, from before the camera was turned. */
  const elsewhere = (size: FieldTools, turned: Match, analysis: Analysis): Match | undefined => {
    const found = findPlace(size.thumbnail, analysis, undefined, size);
    if (found === undefined || found.keyframe.island === turned.keyframe.island) return undefined;
    return size.turns.isUpright(size.thumbnail, size.develop(found.keyframe), found) ? found : undefined;
  };

  const begin = (size: FieldTools, frame: Frame, analysis: Analysis): Fix => {
    const made = addKeyframe(size, graph.newIsland(), 0, 0, false, analysis);
    reference = made;
    size.turns.reset();
    return fixAt(frame, { keyframe: made, x: 0, y: 0, likeness: 1, overlap: 1, errorPx: 0, content: 0 }, true, made);
  };

  /** A sharp frame that was found nowhere: perhaps the camera was turned, else a new island after some of them. */
  const unknownPlace = (
    size: FieldTools,
    frame: Frame,
    sharp: boolean,
    at: { x: number; y: number },
    analyse: () => Analysis,
  ): Fix | undefined => {
    if (!sharp) return undefined;
    unmatched++;
    const near = last === undefined ? [] : graph.near(last.island, at.x, at.y, 0.3).filter(({ keyframe }) => size.fits(keyframe));
    const suspect = near[turnFrom++ % Math.max(1, Math.min(3, near.length))]?.keyframe;
    const isDue = unmatched < ISLAND_AFTER || unmatched % LOOK_FOR_TURN === 0;
    const shows = patchesShown(size.thumbnail.fine, 0, 0) >= PATCHES_FOR_TURN;
    if (suspect !== undefined && shows && size.turns.turn === undefined && isDue) size.turns.lookFor(size.thumbnail, size.develop(suspect));
    if (size.turns.turn !== undefined || unmatched < ISLAND_AFTER) return undefined;
    return begin(size, frame, analyse());
  };

  return {
    locate: (frame, sharp) => {
      const size = toolsFor(frame.widthPx, frame.heightPx);
      const { thumbnail, turns } = size;
      size.take(frame.y, thumbnail, frame.fullRange);
      size.pattern.subtractFrom(thumbnail);
      let analysis: Analysis | undefined;
      const analyse = (): Analysis => {
        analysis ??= size.correlator.analyse(thumbnail.coarse);
        return analysis;
      };
      if (graph.keyframes.length === 0) return sharp ? begin(size, frame, analyse()) : undefined;
      graph.settle();
      const at = predicted(frame.capturedAtMs);
      let match = track(size, at);
      if (match !== undefined && sharp && match.likeness < usual - DOUBTFUL) {
        const other = searchOn(thumbnail, analyse().phases, match.keyframe, size.develop(match.keyframe), size.correlator);
        if (other !== undefined && other.overlap > LEAST_COMMON && other.likeness > match.likeness + DOUBTFUL) match = other;
      }
      if (match === undefined && (sharp || unmatched < ISLAND_AFTER)) {
        match = findPlace(thumbnail, analyse(), last, size);
        match &&= onClosest(thumbnail, match, size);
      }
      if (sharp) match = unpinned(size, match, last && { ...at, island: last.island });
      match &&= besideDirt(size, match);
      if (match === undefined) return unknownPlace(size, frame, sharp, at, analyse);
      if (sharp && !turns.isUpright(thumbnail, size.develop(match.keyframe), match)) {
        match = ++refused % SEARCH_UPRIGHT === 0 ? elsewhere(size, match, analyse()) : undefined;
        if (match === undefined) return undefined;
      }
      if (turns.turn !== undefined) return undefined;
      tie(size, match);
      if (sharp && size.joiner.look(thumbnail, frame.widthPx, match, analyse)) graph.adjust(match.keyframe);
      const { keyframe, overlap, likeness } = match;
      if (sharp) usual += USUAL_SHARE * (likeness - usual);
      const needed = sharp ? KEYFRAME_OVERLAP : WEAK_KEYFRAME_OVERLAP;
      const near = graph.near(keyframe.island, keyframe.x + match.x, keyframe.y + match.y, 0);
      const strongest = near.find((one) => (sharp ? !one.keyframe.weak : true) && size.fits(one.keyframe))?.overlap ?? 0;
      if (strongest < needed && (sharp || likeness > likenessNeeded(overlap) + 0.1))
        return fixAt(frame, match, sharp, extend(size, match, !sharp, analyse()));
      return fixAt(frame, match, sharp);
    },
    get turn() {
      return sized?.turns.turn;
    },
    get sensor() {
      return sized?.pattern.picture;
    },
    get state() {
      if (sized === undefined) return undefined;
      const { widthPx, heightPx, pattern, unclean } = sized;
      return { widthPx, heightPx, last, reference: reference?.id, learned, unclean: unclean.map(({ id }) => id), pattern: pattern.learned };
    },
    restore: (state) => {
      places.reset();
      for (const keyframe of graph.keyframes) places.add(keyframe);
      if (state === undefined) return;
      const size = toolsFor(state.widthPx, state.heightPx);
      size.pattern.restore(state.pattern);
      size.unclean = state.unclean.map((id) => graph.byId(id)!);
      last = state.last;
      learned = state.learned;
      reference = state.reference === undefined ? undefined : graph.byId(state.reference);
    },
    reset: () => {
      last = undefined;
      reference = undefined;
      learned = undefined;
      unmatched = 0;
      places.reset();
      sized?.turns.reset();
      sized?.joiner.reset();
      sized?.darkroom.clear();
      sized?.pattern.reset();
      if (sized !== undefined) sized.unclean = [];
      graph.reset();
    },
  };
};
