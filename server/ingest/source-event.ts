/** What a source says beside its frames. None of it ends the source. */
export type SourceEvent =
  | { readonly type: 'opened'; readonly widthPx: number; readonly heightPx: number }
  | { readonly type: 'reconnecting'; readonly reason: string; readonly inMs: number; readonly attempt: number }
  /** Frames come when somebody sends them, and nobody does. */
  | { readonly type: 'waiting'; readonly reason: string }
  | { readonly type: 'info'; readonly text: string }
  /** A loss that was survived, in one line. */
  | { readonly type: 'warning'; readonly text: string }
  /** `total` frames so far found no free buffer and were let go. */
  | { readonly type: 'dropped'; readonly total: number };

export type OnSourceEvent = (event: SourceEvent) => void;
