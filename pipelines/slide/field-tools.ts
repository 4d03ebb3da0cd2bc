import { createDarkroom, type Darkroom } from './darkroom.ts';
import type { SearchPorts } from './find-place.ts';
import type { Thumbnail } from './grey-image.ts';
import { createIslandJoiner, type IslandJoiner } from './join-islands.ts';
import type { Keyframe, KeyframeGraph } from './keyframe-graph.ts';
import { createPhaseCorrelator } from './phase-correlation.ts';
import type { PlaceIndex } from './place-index.ts';
import { createStaticPattern, type StaticPattern } from './static-pattern.ts';
import { createThumbnailer, emptyThumbnail } from './thumbnail.ts';
import { createTurnWatch, type TurnWatch } from './turn-watch.ts';

/** What registering frames of one size takes: working memory, the keyframes of that size, what was learned of the sensor. */
export type FieldTools = SearchPorts & {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of the frame at hand. */
  readonly thumbnail: Thumbnail;
  readonly take: ReturnType<typeof createThumbnailer>;
  readonly darkroom: Darkroom;
  readonly pattern: StaticPattern;
  readonly turns: TurnWatch;
  readonly joiner: IslandJoiner;
  /** Keyframes from before the pattern was known: it is still in them. */
  unclean: Keyframe[];
};

export const createFieldTools = (graph: KeyframeGraph, places: PlaceIndex, widthPx: number, heightPx: number): FieldTools => {
  const thumbnail = emptyThumbnail(widthPx, heightPx);
  const { fine, coarse, factor } = thumbnail;
  const correlator = createPhaseCorrelator(coarse.width, coarse.height);
  const darkroom = createDarkroom(correlator);
  const fits = ({ picture }: Keyframe): boolean =>
    picture.width === fine.width && picture.height === fine.height && picture.factor === factor;
  const ports: SearchPorts = { graph, places, develop: darkroom.develop, correlator, fits };
  return {
    ...ports,
    widthPx,
    heightPx,
    thumbnail,
    take: createThumbnailer(widthPx, heightPx),
    darkroom,
    pattern: createStaticPattern(thumbnail),
    turns: createTurnWatch(thumbnail, correlator),
    joiner: createIslandJoiner(ports),
    unclean: [],
  };
};
