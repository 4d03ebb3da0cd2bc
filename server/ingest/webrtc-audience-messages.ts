import type { DrawnBox } from './draw-boxes.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import type { SignalCall, SignalReply } from './webrtc-signal.ts';

export type AudienceThreadData = { readonly settings: WebrtcSettings };

export type ToAudienceThread =
  | { readonly type: 'signal'; readonly number: number; readonly call: SignalCall }
  /** A frame in memory that both threads see, until it is `done`. Planes lie without gaps. */
  | {
      readonly type: 'show';
      readonly capturedAtMs: number;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly fullRange: boolean;
      readonly planes: readonly [Uint8Array, Uint8Array, Uint8Array];
      readonly boxes: readonly DrawnBox[];
    }
  | { readonly type: 'close' };

export type FromAudienceThread =
  | { readonly type: 'reply'; readonly number: number; readonly reply: SignalReply }
  | { readonly type: 'players'; readonly players: number }
  /** The frame is sent; its memory may be used again. `trouble` where it could not be. */
  | { readonly type: 'done'; readonly trouble: string | undefined };
