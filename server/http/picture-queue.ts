import type { PictureWish } from '../../domain/wire.ts';
import type { FrameNews } from '../camera/camera.ts';

/** A frame as one viewer is sent it: `video` tells that `picture` is a chunk of the coded stream. */
export type SentFrame = {
  readonly news: FrameNews;
  readonly picture: Uint8Array;
  readonly video: { readonly codec: string; readonly key: boolean } | undefined;
  /** Frames that this viewer was not sent, so far. */
  readonly skipped: number;
};

/** What one viewer is sent of the frames that come. */
export type PictureQueue = {
  push(news: FrameNews): void;
  /** What is to be sent now, where the viewer `hasRoom` for it. To be asked after each `push`, and whenever there is room again. */
  next(hasRoom: boolean): SentFrame | undefined;
  want(wish: PictureWish): void;
  /** Sends nothing of the coded stream before its next keyframe, and asks for one. */
  beginAnew(): void;
};

/**
 * Of JPEGs the newest waits for room and those before it are skipped. Of the coded stream nothing waits: a chunk that finds no room is skipped, and with it all
 * that follow up to a keyframe, which `askForKeyframe` is called for as soon as there is room.
 */
export const createPictureQueue = (firstWish: PictureWish, askForKeyframe: () => void): PictureQueue => {
  let wish = firstWish;
  let skipped = 0;
  let newest: FrameNews | undefined;
  /** Chunks are of no use to the viewer until a keyframe comes. */
  let broken = true;
  let asked = true;
  /** Whether a chunk was ever sent; what came before was not skipped. */
  let begun = false;

  const skip = (): void => {
    if (newest !== undefined && (begun || wish === 'jpeg')) skipped++;
    newest = undefined;
  };
  const beginAnew = (): void => {
    broken = true;
    asked = true;
    askForKeyframe();
  };
  const nextChunk = (news: FrameNews, { codec, key, data }: NonNullable<FrameNews['video']>, hasRoom: boolean): SentFrame | undefined => {
    if (!hasRoom || (broken && !key)) {
      if (!hasRoom) asked = false;
      broken = true;
      skip();
      return undefined;
    }
    broken = false;
    begun = true;
    newest = undefined;
    return { news, picture: data, video: { codec, key }, skipped };
  };
  return {
    push: (news) => {
      if (wish === 'jpeg' && news.picture === undefined) return;
      skip();
      newest = news;
    },
    next: (hasRoom) => {
      if (hasRoom && broken && !asked) beginAnew();
      if (newest === undefined) return undefined;
      const news = newest;
      if (wish === 'webcodecs' && news.video !== undefined) return nextChunk(news, news.video, hasRoom);
      if (!hasRoom || news.picture === undefined) return undefined;
      newest = undefined;
      return { news, picture: news.picture, video: undefined, skipped };
    },
    want: (next) => {
      wish = next;
      newest = undefined;
      broken = true;
      asked = true;
    },
    beginAnew,
  };
};
