import { setTimeout as sleep } from 'node:timers/promises';
import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';
import type { LiveMessage } from '../../domain/wire.ts';

/** Somebody who looks at the camera of a service that is killed again and again, and remembers the latest frame that was shown. */
export type CrashViewer = {
  /** Capture time of that frame on the session's clock: it had reached the recorder before it was shown. */
  readonly shownMs: number;
  stop(): Promise<void>;
};

const AGAIN_AFTER_MS = 100;

/** `url` is where the service is now. */
export const startCrashViewer = (url: () => string): CrashViewer => {
  const unpackr = new Unpackr({ useRecords: false });
  let shownMs = Number.NEGATIVE_INFINITY;
  let socket: WebSocket | undefined;
  let stopped = false;
  const look = (): Promise<void> =>
    new Promise((resolve) => {
      socket = new WebSocket(`${url().replace('http', 'ws')}/api/cameras/main/live`);
      socket.on('message', (data: Buffer) => {
        const message = unpackr.unpack(data) as LiveMessage;
        if (message.type === 'frame') shownMs = Math.max(shownMs, message.report.capturedAtMs);
      });
      // Without a service nothing is shown.
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  const done = (async () => {
    while (!stopped) {
      await look();
      await sleep(AGAIN_AFTER_MS);
    }
  })();
  return {
    get shownMs() {
      return shownMs;
    },
    stop: () => {
      stopped = true;
      socket?.terminate();
      return done;
    },
  };
};
