import type { FieldTools } from './field-tools.ts';
import { LINK_LIKENESS, trackOn } from './match-keyframe.ts';
import { takeOut, unpackPicture } from './packed-picture.ts';

/** Takes out of the keyframes from before the sensor's pattern was known well by how much it changed, and measures the ways between them anew. */
export const cleanEarlier = (tools: FieldTools, change: Int16Array): void => {
  const { graph, places, darkroom, correlator, pattern, unclean } = tools;
  for (const { picture, signature } of unclean) {
    takeOut(picture, change);
    signature.set(correlator.analyse(unpackPicture(picture).coarse).signature);
  }
  darkroom.clear();
  const among = new Set(unclean);
  for (const link of graph.links) {
    if (!among.has(link.from) || !among.has(link.to)) continue;
    const way = trackOn(unpackPicture(link.to.picture), link.from, darkroom.develop(link.from), link);
    if (way !== undefined && way.likeness > LINK_LIKENESS) graph.amend(link, way.x, way.y, way.overlap * way.likeness);
  }
  if (pattern.settled) tools.unclean = [];
  places.reset();
  for (const keyframe of graph.keyframes) places.add(keyframe);
};
