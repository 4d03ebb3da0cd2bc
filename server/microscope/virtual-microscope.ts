import { Worker } from 'node:worker_threads';
import { FaultError } from '../../domain/fault.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import type { OnSourceEvent } from '../ingest/source-event.ts';
import { isFlowAddress, parseFlowAddress } from './flow-address.ts';
import { prepareFlow } from './flow-channel.ts';
import { renderFlow } from './flow-frames.ts';
import { parseMicroscopeAddress } from './microscope-address.ts';
import {
  FREE,
  type FromMicroscopeThread,
  type MicroscopeThreadData,
  pictureBytes,
  planesOf,
  type ToMicroscopeThread,
} from './microscope-messages.ts';
import { prepareScan } from './prepare-scan.ts';
import { renderFrames } from './render-scan.ts';

export type PlayMicroscopeOptions = {
  readonly pool: FramePool;
  readonly signal?: AbortSignal;
  /** Takes each frame over. */
  readonly take: (frame: Frame) => void;
  /** Told once: the reading of `performance.now()` that capture times count from. */
  readonly onStart?: ((openedAt: number) => void) | undefined;
  readonly onEvent?: OnSourceEvent;
};

const PICTURES = 4;

const sceneOf = (address: string): { readonly scene: MicroscopeThreadData['scene']; readonly endless: boolean } => {
  if (isFlowAddress(address)) {
    const { options, endless } = parseFlowAddress(address);
    return { scene: { kind: 'flow', options }, endless };
  }
  const { options, endless } = parseMicroscopeAddress(address);
  return { scene: { kind: 'slide', options }, endless };
};

type Shown = Extract<FromMicroscopeThread, { type: 'frame' }>;

/**
 * The virtual microscope in real time: a thread of its own composes the slide and renders each frame when it is due. Where the consumer lags, the
 * newest frame wins; where the machine is too slow, frames are left out: both are told as `dropped`, and their ids are missing.
 * Ends with the signal, or after the frames that the address names. Faults: `source`, `data`.
 */
export const playVirtualMicroscope = async (
  address: string,
  { pool, signal, take, onStart, onEvent = () => {} }: PlayMicroscopeOptions,
): Promise<void> => {
  const { scene, endless } = sceneOf(address);
  const { options } = scene;
  if (signal?.aborted) return;
  const pictures = Array.from({ length: PICTURES }, () => new SharedArrayBuffer(pictureBytes(options)));
  const states = new Int32Array(new SharedArrayBuffer(4 * PICTURES));
  const data: MicroscopeThreadData = { scene, frames: endless ? undefined : options.frames, pictures, states: states.buffer };
  const worker = new Worker(new URL('./microscope-worker.ts', import.meta.url), { workerData: data });

  let newest: Shown | undefined;
  let lagged = 0;
  let told = 0;
  const release = ({ picture }: Shown): void => {
    Atomics.store(states, picture, FREE);
  };
  const tellLoss = (skipped: number): void => {
    if (lagged + skipped === told) return;
    told = lagged + skipped;
    onEvent({ type: 'dropped', total: told });
  };
  const hand = (): void => {
    if (newest === undefined) return;
    const shown = newest;
    newest = undefined;
    const from = planesOf(pictures[shown.picture]!, options);
    const { id, capturedAtMs, skipped } = shown;
    const frame = pool.frame({ id, capturedAtMs, widthPx: options.width, heightPx: options.height, fullRange: false }, (...to) => {
      to.forEach((plane, i) => {
        plane.data.set(from[i]!.data);
      });
    });
    release(shown);
    if (frame === undefined) lagged++;
    else take(frame);
    tellLoss(skipped);
  };

  const ended = Promise.withResolvers<void>();
  worker.on('message', (message: FromMicroscopeThread) => {
    switch (message.type) {
      case 'ready': {
        const start: ToMicroscopeThread = { type: 'start', startedAt: process.hrtime.bigint() };
        onStart?.(performance.now());
        onEvent({ type: 'opened', widthPx: options.width, heightPx: options.height });
        worker.postMessage(start);
        break;
      }
      case 'frame':
        // Messages that waited together arrive together: only the last of them is handed on.
        if (newest === undefined) setImmediate(hand);
        else {
          lagged++;
          release(newest);
        }
        newest = message;
        break;
      case 'ended':
        setImmediate(() => {
          tellLoss(message.skipped);
          ended.resolve();
        });
        break;
      case 'failed':
        ended.reject(new FaultError(message.fault));
        break;
      default:
        message satisfies never;
    }
  });
  worker.on('error', ended.reject);
  const stop = (): void => ended.resolve();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await ended.promise;
  } finally {
    newest = undefined;
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
};

/** The frames of a virtual scan, as fast as they are taken and always the same: 900, or as many as the address names. The consumer owns each frame. */
export async function* readVirtualMicroscope(
  address: string,
  { pool, signal }: Pick<PlayMicroscopeOptions, 'pool' | 'signal'>,
): AsyncGenerator<Frame, void, undefined> {
  if (isFlowAddress(address)) {
    for await (const { frame } of renderFlow(await prepareFlow(parseFlowAddress(address).options), pool, signal)) yield frame;
    return;
  }
  const { options } = parseMicroscopeAddress(address);
  const scan = await prepareScan(options);
  for await (const { frame } of renderFrames(scan, pool, signal)) yield frame;
}
