import sharp from 'sharp';
import { isFault } from '../../domain/fault.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { type MediaInputOptions, openMedia } from './media-input.ts';
import type { MediaTarget } from './media-target.ts';
import { createPictureCopier } from './picture-copier.ts';
import { rgbToI420 } from './rgb-to-i420.ts';
import type { OnSourceEvent } from './source-event.ts';
import { sourceFault } from './source-fault.ts';

/** A picture that has come and is not a frame yet. */
export type Picture = {
  readonly ptsMs: number | undefined;
  /** Makes a frame of it; `undefined` when the pool has no buffer, and then it may be asked again before the next picture is. */
  toFrame(id: number, capturedAtMs: number): Promise<Frame | undefined>;
};

/** Pictures one after the other: of a video, or of a folder. */
export type PictureSource = AsyncDisposable & {
  readonly frameMs: number;
  /** Whether it has an end that is known, as a clip has. */
  readonly finite: boolean;
  /** The next picture, valid until the next call; `undefined` at the end. Throws the signal's reason when aborted. */
  next(): Promise<Picture | undefined>;
  /** In words, what of it could not be read; to be asked at the end. */
  loss(): string | undefined;
};

/** Containers are generous when they round their length. */
const MISSING_TIME_MS = 500;

const videoLoss = (lastMs: number, pictures: number, media: Awaited<ReturnType<typeof openMedia>>): string | undefined => {
  const { pictures: promised, durationMs, damagedPackets, endedWell } = media;
  if (promised !== undefined && pictures < promised)
    return `it ends early or is damaged: ${pictures} of ${promised} pictures could be read`;
  if (durationMs !== undefined && lastMs + media.frameMs < durationMs - MISSING_TIME_MS) {
    return `it ends early: ${(lastMs / 1000).toFixed(1)} of ${(durationMs / 1000).toFixed(1)} s could be read`;
  }
  if (endedWell === false) return `it is damaged: reading stopped after ${pictures} pictures`;
  if (damagedPackets > 0) return `it is damaged: ${damagedPackets} pictures could not be decoded`;
  return undefined;
};

/** A video, be it file, stream or camera. Faults: `source`. */
export const openVideo = async (
  target: MediaTarget,
  pool: FramePool,
  options: MediaInputOptions,
  onEvent: OnSourceEvent,
): Promise<PictureSource> => {
  await using cleanUp = new AsyncDisposableStack();
  const media = cleanUp.use(await openMedia(target, options));
  const copier = cleanUp.use(createPictureCopier(pool));
  onEvent({ type: 'opened', widthPx: media.widthPx & ~1, heightPx: media.heightPx & ~1 });
  const owned = cleanUp.move();
  let pictures = 0;
  let firstMs: number | undefined;
  let lastMs = 0;
  return {
    frameMs: media.frameMs,
    finite: media.durationMs !== undefined,
    next: async () => {
      const decoded = await media.next();
      if (decoded === undefined) return undefined;
      const { native, ptsMs } = decoded;
      pictures++;
      firstMs ??= ptsMs;
      lastMs = Math.max(lastMs, (ptsMs ?? 0) - (firstMs ?? 0));
      let asked = false;
      return {
        ptsMs,
        toFrame: async (id, capturedAtMs) => {
          if (asked) return copier.retry(id, capturedAtMs);
          asked = true;
          return await copier.copy(native, id, capturedAtMs);
        },
      };
    },
    loss: () => videoLoss(lastMs, pictures, media),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Pictures of a folder are shown so many a second. */
const IMAGE_MS = 40;
const LARGEST_IMAGE_PX = 100_000_000;

/** Images one after the other, all of the first one's size: others are left out with a warning. Rotation tags are not heeded. Faults: `source`. */
export const openImages = (
  paths: readonly string[],
  label: string,
  pool: FramePool,
  signal: AbortSignal | undefined,
  onEvent: OnSourceEvent,
): PictureSource => {
  let at = 0;
  let left = 0;
  let size: { readonly widthPx: number; readonly heightPx: number } | undefined;

  const read = async (path: string): Promise<Picture | undefined> => {
    const { data, info } = await sharp(path, { limitInputPixels: LARGEST_IMAGE_PX })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
      .catch((cause: unknown) => {
        throw sourceFault(path, 'this image cannot be read', 'take it out of the folder', false, cause);
      });
    const found = { widthPx: info.width & ~1, heightPx: info.height & ~1 };
    if (found.widthPx === 0 || found.heightPx === 0) throw sourceFault(path, 'this image is too small', 'take it out of the folder');
    if (size === undefined) onEvent({ type: 'opened', ...found });
    size ??= found;
    if (size.widthPx !== found.widthPx || size.heightPx !== found.heightPx) {
      const what = `this image is ${info.width}×${info.height} and the first one ${size.widthPx}×${size.heightPx}`;
      throw sourceFault(path, what, 'keep images of one size in a folder');
    }
    return {
      ptsMs: undefined,
      toFrame: async (id, capturedAtMs) =>
        pool.frame({ id, capturedAtMs, ...found, fullRange: true }, (y, u, v) => rgbToI420(data, info.width, y, u, v)),
    };
  };

  return {
    frameMs: IMAGE_MS,
    finite: true,
    next: async () => {
      while (at < paths.length) {
        signal?.throwIfAborted();
        try {
          return await read(paths[at++]!);
        } catch (error) {
          if (!isFault(error)) throw error;
          left++;
          if (left === paths.length)
            throw paths.length === 1 ? error : sourceFault(label, 'none of its images can be read', 'give other images', false, error);
          onEvent({ type: 'warning', text: error.message });
        }
      }
      return undefined;
    },
    loss: () => (left > 0 ? `${left} of ${paths.length} images were left out` : undefined),
    [Symbol.asyncDispose]: async () => {},
  };
};
