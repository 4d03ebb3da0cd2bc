import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { openSource } from '../ingest/open-source.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { OnSourceEvent } from '../ingest/source-event.ts';
import type { WebrtcInlet } from '../ingest/webrtc-inlet.ts';

/** A source as a camera process plays it. */
export type Playing = {
  /** The present time on the clock of the frames' capture times. */
  sinceOpenMs(): number;
  pause(): void;
  resume(): void;
  /** Settles at the end of a clip, or when `signal` aborts; rejects with the source's fault. */
  readonly done: Promise<void>;
};

export type PlayPorts = {
  readonly pool: FramePool;
  readonly signal: AbortSignal;
  readonly onEvent: OnSourceEvent;
  /** Takes each frame over. */
  readonly take: (frame: Frame) => void;
  /** Where publishers come in, for the source `whip:`. */
  readonly inlet?: WebrtcInlet | undefined;
};

/** A frame that comes later than this moves the clip's clock: what is shown late was not captured long ago. */
const LATE_MS = 100;

const unlessAborted = (signal: AbortSignal, work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

/** A clip at its own pace. Paused, it stands still, and its clock with it; where counting cannot follow, it plays slower and loses nothing. */
const playClip = (address: string, { pool, signal, onEvent, take }: PlayPorts): Playing => {
  let startedAt = performance.now();
  let pausedAt: number | undefined;
  let release = (): void => {};
  const sinceOpenMs = (): number => (pausedAt ?? performance.now()) - startedAt;

  const untilDue = async (atMs: number): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = atMs - sinceOpenMs();
      if (pausedAt !== undefined)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      else if (waitMs > 1) await sleep(waitMs, undefined, { signal });
      else {
        if (waitMs < -LATE_MS) startedAt -= waitMs;
        return;
      }
    }
  };
  const play = async (): Promise<void> => {
    let begun = false;
    for await (const frame of readFrames(address, { pool, signal, onEvent })) {
      // Opening takes its time; the clip begins with its first frame.
      if (!begun) startedAt = performance.now() - frame.capturedAtMs;
      begun = true;
      try {
        await untilDue(frame.capturedAtMs);
      } catch (error) {
        frame[Symbol.dispose]();
        throw error;
      }
      take(frame);
    }
  };
  signal.addEventListener('abort', () => release(), { once: true });
  return {
    sinceOpenMs,
    pause: () => {
      pausedAt ??= performance.now();
    },
    resume: () => {
      if (pausedAt === undefined) return;
      startedAt += performance.now() - pausedAt;
      pausedAt = undefined;
      release();
    },
    done: unlessAborted(signal, play()),
  };
};

/** What happens now, happens: paused, its frames are let go. */
const playLive = (address: string, { pool, signal, onEvent, take }: PlayPorts): Playing => {
  let openedAt = performance.now();
  let paused = false;
  const done = new Promise<void>((resolve, reject) => {
    openSource(address, {
      pool,
      live: true,
      signal,
      onEvent,
      onStart: (at) => {
        openedAt = at;
      },
    }).subscribe({
      next: (frame) => {
        if (paused) frame[Symbol.dispose]();
        else take(frame);
      },
      error: reject,
      complete: resolve,
    });
  });
  return {
    sinceOpenMs: () => performance.now() - openedAt,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    done,
  };
};

/** What publishers send; like all that is live it goes on while paused. */
const playPublished = (inlet: WebrtcInlet, { pool, signal, onEvent, take }: PlayPorts): Playing => {
  const openedAt = performance.now();
  const sinceOpenMs = (): number => performance.now() - openedAt;
  let paused = false;
  return {
    sinceOpenMs,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      inlet.tell();
    },
    done: inlet.play({
      pool,
      signal,
      onEvent,
      openedAt,
      take: (frame) => {
        if (paused) frame[Symbol.dispose]();
        else take(frame);
      },
    }),
  };
};

/** Plays a source for a camera process until its end or an abort. */
export const playSource = (address: string, ports: PlayPorts): Playing => {
  const { kind } = parseSourceAddress(address);
  if (kind === 'whip' && ports.inlet !== undefined) return playPublished(ports.inlet, ports);
  return kind === 'path' ? playClip(address, ports) : playLive(address, ports);
};
