import { refuseSignal, type SignalCall, type SignalReply } from '../ingest/webrtc-signal.ts';
import type { CameraOrder } from './camera-messages.ts';

/** The calls of WebRTC peers that a camera process has not answered yet. */
export type SignalDesk = {
  ask(call: SignalCall): Promise<SignalReply>;
  settle(number: number, reply: SignalReply): void;
  /** The process is gone: what it was asked gets no answer of its own. */
  giveUp(): void;
};

/** A process that is just starting on a busy machine loads the model first. */
const ANSWER_WITHIN_MS = 30_000;
const MOST_OPEN = 50;

export const NOT_THERE: SignalReply = { ...refuseSignal(503, 'the camera is starting anew: try again in a moment'), retryAfterS: 2 };

/** What is asked of a camera that shows something else: whoever published to it lost it to another source. */
export const noPublisher = ({ do: what }: SignalCall): SignalReply =>
  what === 'offer'
    ? refuseSignal(409, 'the camera shows another source: publish again, which opens it for publishers')
    : refuseSignal(404, 'no such publisher: the camera shows another source; publish anew');

export const createSignalDesk = (send: (order: CameraOrder) => void): SignalDesk => {
  const open = new Map<number, (reply: SignalReply) => void>();
  let last = 0;
  return {
    ask: (call) => {
      if (open.size >= MOST_OPEN) return Promise.resolve(NOT_THERE);
      const number = ++last;
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(NOT_THERE), ANSWER_WITHIN_MS);
        const settle = (reply: SignalReply): void => {
          clearTimeout(timer);
          open.delete(number);
          resolve(reply);
        };
        open.set(number, settle);
        send({ type: 'signal', number, call });
      });
    },
    settle: (number, reply) => open.get(number)?.(reply),
    giveUp: () => {
      for (const settle of [...open.values()]) settle(NOT_THERE);
    },
  };
};
