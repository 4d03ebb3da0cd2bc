import type { LiveMessage, PictureWish, ViewerMessage } from '../../../domain/wire.ts';
import { createPictureDecoder, type DecoderEvents } from './picture-decoder.ts';
import { canDecodeStreams, createStreamDecoder } from './stream-decoder.ts';

/** Decodes frames however their pictures came, and tells the service how this page wants them. */
export type FieldDecoder = Disposable & {
  /** What to ask for when the socket is opened. */
  readonly wish: PictureWish;
  take(message: Extract<LiveMessage, { type: 'frame' }>): void;
  /** Nothing of what came before will be shown. */
  restart(): void;
};

/** With `?video=jpeg` in its address a page does without the coded stream. */
const firstWish = (): PictureWish =>
  canDecodeStreams() && new URLSearchParams(location.search).get('video') !== 'jpeg' ? 'webcodecs' : 'jpeg';

/** A stream that breaks so often shows less than single pictures, of which the newest is always shown. */
const MOST_BREAKS = 4;
const BREAKS_WITHIN_MS = 15_000;

/** `say` reaches the service; `onFallback` gets one line where the page goes on with single pictures. */
export const createFieldDecoder = (
  on: DecoderEvents & { readonly fallback: (why: string) => void },
  say: (message: ViewerMessage) => void,
): FieldDecoder => {
  let wish = firstWish();
  let skippedBefore = 0;
  let breaks: readonly number[] = [];
  const listening = new AbortController();
  const pictures = createPictureDecoder(on);
  const stream = createStreamDecoder({
    ...on,
    lost: () => say({ type: 'keyframe' }),
    failed: (why) => fallBack(`This browser cannot decode the video (${why}); the page goes on with single pictures`),
  });
  const fallBack = (line: string) => {
    wish = 'jpeg';
    stream.restart();
    say({ type: 'pictures', as: 'jpeg' });
    on.fallback(line);
  };
  const noteBreak = () => {
    const now = performance.now();
    breaks = [...breaks.filter((at) => now - at < BREAKS_WITHIN_MS), now];
    if (breaks.length >= MOST_BREAKS)
      fallBack('This computer or its connection is too slow for the video; the page goes on with single pictures');
  };
  const wake = () => {
    if (!document.hidden && wish === 'webcodecs') say({ type: 'keyframe' });
  };
  document.addEventListener('visibilitychange', wake, { signal: listening.signal });
  return {
    get wish() {
      return wish;
    },
    take({ report, picture, video, skipped }) {
      if (wish === 'webcodecs' && video?.key && skipped > skippedBefore) noteBreak();
      skippedBefore = skipped;
      // A hidden page shows nothing: decoding would only cost.
      if (document.hidden) stream.restart();
      else if (video) stream.take(report, { ...video, data: picture });
      else pictures.take(report, picture);
    },
    restart: () => stream.restart(),
    [Symbol.dispose]() {
      listening.abort();
      stream[Symbol.dispose]();
    },
  };
};
