import { Worker } from 'node:worker_threads';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { AudienceThreadData, FromAudienceThread, ToAudienceThread } from './webrtc-audience-messages.ts';
import type { WebrtcSettings } from './webrtc-connection.ts';
import { refuseSignal, type SignalCall, type SignalReply } from './webrtc-signal.ts';

/** Sends the camera's picture, with its boxes drawn in, to whoever plays it over WebRTC. Costs nothing while nobody does. */
export type WebrtcOutlet = {
  answer(call: SignalCall): Promise<SignalReply>;
  /** Borrows the frame. While one is on its way the next ones are left out: a player sees the newest. */
  show(frame: Frame, report: FieldReport): void;
  close(): Promise<void>;
};

const CLOSE_WITHIN_MS = 1500;
const BROKEN = refuseSignal(503, 'the players of this camera broke down: ask to play again');

type Thread = { readonly worker: Worker; readonly open: Map<number, (reply: SignalReply) => void>; readonly gone: Promise<void> };

export const createWebrtcOutlet = (settings: () => WebrtcSettings, onTrouble: (text: string) => void): WebrtcOutlet => {
  let thread: Thread | undefined;
  let players = 0;
  let shown: Frame | undefined;
  let asked = 0;

  const letGo = (): void => {
    shown?.[Symbol.dispose]();
    shown = undefined;
  };
  const start = (): Thread => {
    const data: AudienceThreadData = { settings: settings() };
    const worker = new Worker(new URL('./webrtc-audience-worker.ts', import.meta.url), { workerData: data });
    const open: Thread['open'] = new Map();
    worker.on('message', (message: FromAudienceThread) => {
      switch (message.type) {
        case 'reply':
          open.get(message.number)?.(message.reply);
          open.delete(message.number);
          return;
        case 'players':
          players = message.players;
          return;
        case 'done':
          letGo();
          if (message.trouble !== undefined) onTrouble(`a picture could not be sent to the players: ${message.trouble.slice(0, 200)}`);
          return;
        default:
          message satisfies never;
      }
    });
    worker.once('error', (error) => onTrouble(`the players broke down: ${String(error).slice(0, 200)}`));
    const gone = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        thread = undefined;
        players = 0;
        letGo();
        for (const settle of open.values()) settle(BROKEN);
        resolve();
      });
    });
    return { worker, open, gone };
  };

  return {
    answer: (call) => {
      // The first player starts the thread; a resource that is asked for without one is of a process before this.
      if (thread === undefined && call.do !== 'offer') return Promise.resolve(refuseSignal(404, 'no such player: ask to play again'));
      thread ??= start();
      const { worker, open } = thread;
      return new Promise((resolve) => {
        open.set(++asked, resolve);
        const message: ToAudienceThread = { type: 'signal', number: asked, call };
        worker.postMessage(message);
      });
    },
    show: (frame, { boxes }) => {
      if (thread === undefined || players === 0 || shown !== undefined) return;
      shown = frame.retain();
      const { capturedAtMs, widthPx, heightPx, fullRange, y, u, v } = frame;
      const message: ToAudienceThread = {
        type: 'show',
        capturedAtMs,
        widthPx,
        heightPx,
        fullRange,
        planes: [y.data, u.data, v.data],
        boxes: boxes.filter(({ state }) => state === 'counted').map(({ classIndex, box }) => ({ classIndex, box })),
      };
      thread.worker.postMessage(message);
    },
    close: async () => {
      if (thread === undefined) return;
      const { worker, gone } = thread;
      worker.postMessage({ type: 'close' } satisfies ToAudienceThread);
      const timer = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS);
      await gone;
      clearTimeout(timer);
    },
  };
};
