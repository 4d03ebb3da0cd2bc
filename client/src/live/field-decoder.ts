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

/** `say` reaches the service; `onFallback` gets one line where the page goes on with single pictures. */
export const createFieldDecoder = (
  on: DecoderEvents & { readonly fallback: (why: string) => void },
  say: (message: ViewerMessage) => void,
): FieldDecoder => {
  let wish = firstWish();
  const listening = new AbortController();
  const pictures = createPictureDecoder(on);
  const stream = createStreamDecoder({
    ...on,
    lost: () => say({ type: 'keyframe' }),
    failed: (why) => {
      wish = 'jpeg';
      say({ type: 'pictures', as: 'jpeg' });
      on.fallback(`This browser cannot decode the video (${why}); the page goes on with single pictures`);
    },
  });
  const wake = () => {
    if (!document.hidden && wish === 'webcodecs') say({ type: 'keyframe' });
  };
  document.addEventListener('visibilitychange', wake, { signal: listening.signal });
  return {
    get wish() {
      return wish;
    },
    take({ report, picture, video }) {
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
