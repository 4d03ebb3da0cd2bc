import type { SourceEvent } from './source-event.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import type { SignalCall, SignalReply } from './webrtc-signal.ts';

export type WebrtcThreadData = {
  readonly settings: WebrtcSettings;
  /** Where the clock of the frames begins, on the wall clock that all threads share. */
  readonly openedAtEpochMs: number;
};

export type ToWebrtcThread =
  | { readonly type: 'signal'; readonly number: number; readonly call: SignalCall }
  /** Says once more who is there. */
  | { readonly type: 'tell' }
  /** The picture of that frame is copied; its memory may be used again. */
  | { readonly type: 'release'; readonly id: number }
  | { readonly type: 'close' };

export type FromWebrtcThread =
  | { readonly type: 'reply'; readonly number: number; readonly reply: SignalReply }
  | { readonly type: 'event'; readonly event: SourceEvent }
  | WebrtcPicture;

/** A frame in memory that both threads see, until it is released. Planes lie one after the other without gaps. */
export type WebrtcPicture = {
  readonly type: 'picture';
  readonly id: number;
  readonly capturedAtMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fullRange: boolean;
  readonly planes: readonly [Uint8Array, Uint8Array, Uint8Array];
};
