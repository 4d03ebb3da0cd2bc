import type { Thumbnail } from './grey-image.ts';
import type { Keyframe } from './keyframe-graph.ts';
import { unpackPicture } from './packed-picture.ts';
import type { PhaseCorrelator, Phases } from './phase-correlation.ts';

/** A keyframe's picture unpacked for comparison; its phases are taken when they are first asked for. Good until some keyframes later. */
export type Developed = { readonly thumbnail: Thumbnail; phases(): Phases };

/** Keyframes unpacked at one time: those around the field and those that a search looks at. */
const CAPACITY = 48;

type Entry = Developed & { readonly keyframe: Keyframe };

export type Darkroom = {
  develop(keyframe: Keyframe): Developed;
  /** Forgets what lies unpacked: pictures were changed. */
  clear(): void;
};

/** Unpacks keyframes and keeps the latest ones: of a large map no more than these lie unpacked. What it gives does not depend on what it kept. */
export const createDarkroom = (correlator: PhaseCorrelator): Darkroom => {
  const entries = new Map<number, Entry>();
  const develop = (keyframe: Keyframe): Developed => {
    const known = entries.get(keyframe.id);
    if (known?.keyframe === keyframe) {
      entries.delete(keyframe.id);
      entries.set(keyframe.id, known);
      return known;
    }
    entries.delete(keyframe.id);
    const oldest = entries.size >= CAPACITY ? entries.values().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest.keyframe.id);
    const thumbnail = unpackPicture(keyframe.picture, oldest?.thumbnail);
    let phases: Phases | undefined;
    const entry: Entry = {
      keyframe,
      thumbnail,
      phases: () => {
        phases ??= correlator.analyse(thumbnail.coarse).phases;
        return phases;
      },
    };
    entries.set(keyframe.id, entry);
    return entry;
  };
  return { develop, clear: () => entries.clear() };
};
