import type { Frame as NativeFrame } from 'node-av/lib';
import { createSizeKeeper } from './keep-size.ts';
import { createPictureCopier } from './picture-copier.ts';
import { createPublisherClock } from './publisher-clock.ts';
import type { WebrtcCodec } from './webrtc-codecs.ts';
import { type CodedPicture, openWebrtcDecoder, type WebrtcDecoder } from './webrtc-decoder.ts';
import type { RoomPorts } from './webrtc-room.ts';

/** Turns what publishers send into frames; what lives on from one publisher to the next is here. */
export type WebrtcStage = {
  /** A new publisher: its pictures are decoded anew, and their times have nothing to do with those before. */
  begin(codec: WebrtcCodec, askForKeyframe: () => void): void;
  push(picture: CodedPicture): void;
  close(): void;
};

/** With more pictures than this waiting the machine is behind: they are decoded, since the next ones build on them, and not shown. */
const BEHIND = 3;
/** With so many waiting even decoding cannot follow: nothing is taken up to the next key picture. */
const MOST_WAITING = 150;

export const createWebrtcStage = ({ pool, onEvent, take, now }: RoomPorts): WebrtcStage => {
  const clock = createPublisherClock();
  const copier = createPictureCopier(pool);
  let decoder: WebrtcDecoder | undefined;
  let codec: WebrtcCodec | undefined;
  let askForKeyframe = (): void => {};
  let era = 0;
  let waiting = 0;
  let dropped = 0;
  let id = 0;
  const keeper = createSizeKeeper();
  let size = '';
  let resizedFrom: string | undefined;
  let turn: Promise<void> = Promise.resolve();

  const drop = (): void => onEvent({ type: 'dropped', total: ++dropped });

  const tellSize = ({ width, height }: NativeFrame): void => {
    if (size !== `${width}×${height}`) {
      size = `${width}×${height}`;
      onEvent({ type: 'opened', widthPx: width & ~1, heightPx: height & ~1 });
    }
    if (resizedFrom === keeper.resizedFrom) return;
    resizedFrom = keeper.resizedFrom;
    if (resizedFrom !== undefined)
      onEvent({
        type: 'warning',
        text: `the publisher sends ${resizedFrom}, brought to ${size} as before: its line or processor is short`,
      });
  };

  const show = async (native: NativeFrame, ptsMs: number): Promise<void> => {
    if (waiting > BEHIND) {
      drop();
      return;
    }
    const picture = keeper.fit(native);
    tellSize(picture);
    const capturedAtMs = clock.at(ptsMs, now());
    const frame = await copier.copy(picture, id++, capturedAtMs);
    if (frame === undefined) drop();
    else take(frame);
  };

  const decode = async (picture: CodedPicture, of: number): Promise<void> => {
    if (of !== era || codec === undefined) return;
    decoder ??= openWebrtcDecoder(codec, show);
    if (!(await decoder.decode(picture))) askForKeyframe();
  };
  const closeDecoder = (): void => {
    decoder?.[Symbol.dispose]();
    decoder = undefined;
  };

  return {
    begin: (next, ask) => {
      era++;
      codec = next;
      askForKeyframe = ask;
      turn = turn.then(() => {
        closeDecoder();
        clock.restart();
      });
    },
    push: (picture) => {
      if (waiting >= MOST_WAITING) {
        // What comes after it cannot be decoded either, up to the next key picture.
        drop();
        askForKeyframe();
        return;
      }
      waiting++;
      const of = era;
      turn = turn
        .then(() => decode(picture, of))
        .catch((error: unknown) => {
          closeDecoder();
          onEvent({ type: 'warning', text: `a picture of the publisher could not be decoded: ${String(error).slice(0, 200)}` });
          askForKeyframe();
        })
        .finally(() => {
          waiting--;
        });
    },
    close: () => {
      era++;
      closeDecoder();
      copier[Symbol.dispose]();
      keeper[Symbol.dispose]();
    },
  };
};
