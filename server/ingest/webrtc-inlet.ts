import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import type { OnSourceEvent } from './source-event.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import type { FromWebrtcThread, ToWebrtcThread, WebrtcPicture, WebrtcThreadData } from './webrtc-messages.ts';
import { refuseSignal, type SignalCall, type SignalReply } from './webrtc-signal.ts';

export type InletPorts = {
  readonly pool: FramePool;
  readonly signal: AbortSignal;
  readonly onEvent: OnSourceEvent;
  /** Takes each frame over. */
  readonly take: (frame: Frame) => void;
  /** The reading of `performance.now()` that capture times count from. */
  readonly openedAt: number;
};

/** Where publishers come in: one at a time, each taking the place of the one before it. Their connections are in a thread of their own. */
export type WebrtcInlet = {
  /** Hands the frames of whoever publishes over until the signal aborts; of those that came meanwhile the newest, the others are told as dropped. */
  play(ports: InletPorts): Promise<void>;
  /** Says once more who is there, for a listener that had other things to say meanwhile. */
  tell(): void;
  answer(call: SignalCall): Promise<SignalReply>;
};

const OPEN_WITHIN_MS = 25_000;
const CLOSE_WITHIN_MS = 1500;
const NOT_OPEN: SignalReply = { ...refuseSignal(503, 'the camera is still being opened: publish again in a moment'), retryAfterS: 2 };
const THREAD_GONE = refuseSignal(503, 'the connections of this camera broke down: publish again');

type Thread = {
  readonly send: (message: ToWebrtcThread) => void;
  readonly ask: (call: SignalCall) => Promise<SignalReply>;
  close(): Promise<void>;
};

const startThread = (settings: WebrtcSettings, { pool, onEvent, take, openedAt }: InletPorts, onGone: (error: unknown) => void): Thread => {
  const data: WebrtcThreadData = { settings, openedAtEpochMs: performance.timeOrigin + openedAt };
  const worker = new Worker(new URL('./webrtc-worker.ts', import.meta.url), { workerData: data });
  const open = new Map<number, (reply: SignalReply) => void>();
  const send = (message: ToWebrtcThread): void => worker.postMessage(message);
  let asked = 0;
  let lagged = 0;
  let inThread = 0;
  let newest: WebrtcPicture | undefined;

  const tellLoss = (): void => onEvent({ type: 'dropped', total: lagged + inThread });
  const hand = (): void => {
    if (newest === undefined) return;
    const { planes, id, capturedAtMs, widthPx, heightPx, fullRange } = newest;
    newest = undefined;
    const frame = pool.frame({ id, capturedAtMs, widthPx, heightPx, fullRange }, (...to) => {
      to.forEach((plane, i) => {
        plane.data.set(planes[i]!);
      });
    });
    send({ type: 'release', id });
    if (frame === undefined) {
      lagged++;
      tellLoss();
    } else take(frame);
  };
  worker.on('message', (message: FromWebrtcThread) => {
    switch (message.type) {
      case 'reply':
        open.get(message.number)?.(message.reply);
        open.delete(message.number);
        return;
      case 'event':
        if (message.event.type === 'dropped') {
          inThread = message.event.total;
          tellLoss();
        } else onEvent(message.event);
        return;
      case 'picture':
        // Messages that waited together arrive together: only the last of them is handed on.
        if (newest === undefined) setImmediate(hand);
        else {
          send({ type: 'release', id: newest.id });
          lagged++;
          tellLoss();
        }
        newest = message;
        return;
      default:
        message satisfies never;
    }
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      for (const settle of open.values()) settle(THREAD_GONE);
      open.clear();
      resolve();
    });
  });
  worker.once('error', onGone);
  return {
    send,
    ask: (call) =>
      new Promise((resolve) => {
        open.set(++asked, resolve);
        send({ type: 'signal', number: asked, call });
      }),
    close: async () => {
      newest = undefined;
      send({ type: 'close' });
      const timer = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS);
      await gone;
      clearTimeout(timer);
    },
  };
};

export const createWebrtcInlet = (settings: () => WebrtcSettings): WebrtcInlet => {
  let thread: Thread | undefined;
  const opened = Promise.withResolvers<void>();
  return {
    play: async (ports) => {
      const failed = Promise.withResolvers<never>();
      thread = startThread(settings(), ports, failed.reject);
      opened.resolve();
      const aborted = new Promise<void>((resolve) => {
        if (ports.signal.aborted) resolve();
        ports.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      try {
        await Promise.race([aborted, failed.promise]);
      } finally {
        const ending = thread;
        thread = undefined;
        await ending.close();
      }
    },
    tell: () => thread?.send({ type: 'tell' }),
    answer: async (call) => {
      // The first offer is what opens the camera: it may be here before the camera is.
      await Promise.race([opened.promise, sleep(OPEN_WITHIN_MS, undefined, { ref: false })]);
      return thread === undefined ? NOT_OPEN : await thread.ask(call);
    },
  };
};
