import { setTimeout as sleep } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { isFault } from '../../domain/fault.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { liveClock, recordedClock } from './capture-clock.ts';
import type { PictureSource } from './picture-source.ts';
import { type OpenedAddress, openPictures, readFrames } from './read-frames.ts';
import { parseSourceAddress } from './source-address.ts';
import type { OnSourceEvent } from './source-event.ts';
import { sourceFault } from './source-fault.ts';

export type OpenSourceOptions = {
  readonly pool: FramePool;
  /** Whether frames come when they are captured; otherwise as fast as they are let go, and none is dropped. */
  readonly live: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnSourceEvent;
  /** Told once: the reading of `performance.now()` that capture times of live frames count from. */
  readonly onStart?: (openedAt: number) => void;
};

/** Waits between attempts: 0.5 s, doubled up to 8 s. */
export const backOffMs = (attempt: number): number => Math.min(8000, 500 * 2 ** Math.min(10, attempt - 1));

type Take = (frame: Frame) => void;
type Ports = {
  readonly pool: FramePool;
  readonly signal: AbortSignal;
  readonly onEvent: OnSourceEvent;
  readonly take: Take;
  readonly openedAt: number;
};

/** What lives on across connections: numbers, times and losses of one source. */
const createSession = ({ signal, onEvent, take, openedAt }: Ports) => {
  let id = 0;
  let dropped = 0;
  let lastMs = 0;
  /** How far into a clip the last picture was, to go on there after a reconnect. */
  let reachedMs = Number.NEGATIVE_INFINITY;
  const streamClock = liveClock();
  const now = (): number => performance.now() - openedAt;

  const emit = async (toFrame: (id: number, capturedAtMs: number) => Promise<Frame | undefined>, capturedAtMs: number): Promise<void> => {
    lastMs = Math.max(lastMs, capturedAtMs);
    const frame = await toFrame(id++, lastMs);
    if (frame === undefined) onEvent({ type: 'dropped', total: ++dropped });
    else if (signal.aborted) frame[Symbol.dispose]();
    else take(frame);
  };

  return {
    /** A clip at its own pace; it goes on where the last connection broke off. */
    playClip: async (pictures: PictureSource): Promise<void> => {
      const clock = recordedClock(pictures.frameMs);
      let startedMs: number | undefined;
      for (let picture = await pictures.next(); picture !== undefined; picture = await pictures.next()) {
        const atMs = clock.at(picture.ptsMs, 0);
        if (atMs <= reachedMs) continue;
        startedMs ??= now() - atMs;
        const dueMs = startedMs + atMs;
        const waitMs = dueMs - now();
        if (waitMs > 1) await sleep(waitMs, undefined, { signal });
        reachedMs = atMs;
        await emit(picture.toFrame, dueMs);
      }
    },
    playStream: async (pictures: PictureSource, onPicture: () => void): Promise<void> => {
      streamClock.restart();
      for (let picture = await pictures.next(); picture !== undefined; picture = await pictures.next()) {
        onPicture();
        await emit(picture.toFrame, streamClock.at(picture.ptsMs, now()));
      }
    },
    get frames() {
      return id;
    },
    get reachedMs() {
      return reachedMs;
    },
  };
};

type Session = ReturnType<typeof createSession>;

const playPath = async (address: OpenedAddress, ports: Ports, session: Session): Promise<void> => {
  await using pictures = await openPictures(address, ports.pool, ports.signal, ports.onEvent, true);
  await session.playClip(pictures);
  const loss = pictures.loss();
  if (session.frames === 0) throw sourceFault(address.label, loss ?? 'not one picture could be read', 'record or copy it again');
  if (loss !== undefined) ports.onEvent({ type: 'warning', text: `${address.label}: ${loss}` });
};

/** One connection; returns when a clip came to its end, throws a passing fault when more may come. */
const playOnce = async (address: OpenedAddress, ports: Ports, session: Session, onProgress: () => void): Promise<void> => {
  await using pictures = await openPictures(address, ports.pool, ports.signal, ports.onEvent, true);
  if (!pictures.finite) {
    await session.playStream(pictures, onProgress);
    throw sourceFault(address.label, 'the stream ended', 'it is opened again by itself', true);
  }
  const beforeMs = session.reachedMs;
  const played = session.playClip(pictures);
  await played.finally(() => {
    if (session.reachedMs > beforeMs) onProgress();
  });
  const loss = pictures.loss();
  if (loss === undefined) return;
  if (session.reachedMs > beforeMs) throw sourceFault(address.label, loss, 'it is opened again by itself', true);
  // Opened again and no further than before: it is the clip that is short, not the connection.
  ports.onEvent({ type: 'warning', text: `${address.label}: ${loss}` });
};

const playConnection = async (address: OpenedAddress, ports: Ports, session: Session): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await playOnce(address, ports, session, () => {
        attempt = 0;
      });
    } catch (error) {
      if (ports.signal.aborted || !isFault(error)) throw error;
      const { fault } = error;
      // What has worked once is tried again whatever it says: a device that is unplugged is "not there".
      if (fault.kind !== 'source' || !(fault.passing || session.frames > 0)) throw error;
      attempt = Math.max(attempt, 1);
      const inMs = backOffMs(attempt);
      ports.onEvent({ type: 'reconnecting', reason: fault.what, inMs, attempt });
      await sleep(inMs, undefined, { signal: ports.signal });
    }
  }
};

const playLive = async (address: OpenedAddress, ports: Ports): Promise<void> => {
  const session = createSession(ports);
  if (address.kind === 'path') await playPath(address, ports, session);
  else await playConnection(address, ports, session);
};

/**
 * Frames of a source; the subscriber owns each. Live, clips play at their own pace and complete, urls and cameras are opened again for ever
 * (`reconnecting` events, capture times go on), and a frame that finds no free buffer is dropped (`dropped` events). Not live, it is
 * `readFrames`: a full pool holds the source back.
 *
 * `capturedAtMs` of live frames counts from the moment that `onStart` tells. Errors with a `source` fault; unsubscribing or an abort ends it in silence.
 */
export const openSource = (address: string, { pool, live, signal, onEvent = () => {}, onStart }: OpenSourceOptions): Observable<Frame> =>
  new Observable<Frame>((subscriber) => {
    const ending = new AbortController();
    const ended = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
    const take: Take = (frame) => {
      if (subscriber.closed) frame[Symbol.dispose]();
      else subscriber.next(frame);
    };

    const play = async (): Promise<void> => {
      const parsed = parseSourceAddress(address);
      const openedAt = performance.now();
      if (live && parsed.kind === 'simulate') {
        const { playVirtualMicroscope } = await import('../microscope/virtual-microscope.ts');
        await playVirtualMicroscope(parsed.address, { pool, signal: ended, take, onStart, onEvent });
      } else if (live && parsed.kind !== 'simulate' && parsed.kind !== 'whip') {
        onStart?.(openedAt);
        await playLive(parsed, { pool, signal: ended, onEvent, take, openedAt });
      } else {
        onStart?.(openedAt);
        for await (const frame of readFrames(address, { pool, signal: ended, onEvent })) take(frame);
      }
    };

    play().then(
      () => subscriber.complete(),
      (error: unknown) => {
        if (ended.aborted) subscriber.complete();
        else subscriber.error(error);
      },
    );
    return () => ending.abort();
  });
