import type { OnSourceEvent } from '../ingest/source-event.ts';
import type { EventNews, ProcessStatus } from './camera-messages.ts';

export type SourceListener = {
  readonly heed: OnSourceEvent;
  /** Pictures that the source let go so far. */
  readonly dropped: number;
  /** What was captured before this says nothing of the present: its publisher is gone. */
  readonly quietSinceMs: number;
};

export type SourceListenerPorts = {
  readonly become: (change: Pick<ProcessStatus, 'state' | 'reason'>) => void;
  readonly tellEvent: (level: EventNews['level'], text: string) => void;
  readonly isPaused: () => boolean;
  /** Whether pictures come after a time without, and are not counted yet. */
  readonly isAwaited: () => boolean;
  /** The present time on the clock of the frames. */
  readonly nowMs: () => number;
};

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** Turns what a source says beside its frames into the camera's status and events. */
export const createSourceListener = ({ become, tellEvent, isPaused, isAwaited, nowMs }: SourceListenerPorts): SourceListener => {
  let dropped = 0;
  let quietSinceMs = 0;
  return {
    heed: (event) => {
      switch (event.type) {
        case 'opened':
          tellEvent('info', `pictures of ${event.widthPx}×${event.heightPx}`);
          if (isAwaited()) become({ state: 'starting', reason: 'looking at the first pictures' });
          return;
        case 'waiting':
          quietSinceMs = nowMs();
          if (!isPaused()) become({ state: 'reconnecting', reason: event.reason });
          return;
        case 'info':
          tellEvent('info', event.text);
          return;
        case 'reconnecting':
          if (!isPaused()) become({ state: 'reconnecting', reason: `${event.reason}; trying again in ${seconds(event.inMs)}` });
          tellEvent('warning', `${event.reason}; trying again in ${seconds(event.inMs)} (attempt ${event.attempt})`);
          return;
        case 'warning':
          tellEvent('warning', event.text);
          return;
        case 'dropped':
          dropped = event.total;
          return;
        default:
          event satisfies never;
      }
    },
    get dropped() {
      return dropped;
    },
    get quietSinceMs() {
      return quietSinceMs;
    },
  };
};
