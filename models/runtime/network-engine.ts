import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { Detection } from '../../domain/detection.ts';
import type { EngineName, Precision } from '../../domain/engine-name.ts';
import { FaultError } from '../../domain/fault.ts';
import type { Frame, Plane } from '../../domain/frame.ts';
import type { Engine } from '../engine.ts';
import { type Bundle, networkOf } from './bundle.ts';
import type { FromNetworkThread, NetworkData, ToNetworkThread } from './network-messages.ts';
import type { I420Picture } from './resample.ts';

export type NetworkEngine = Engine & {
  readonly name: EngineName;
  /** Time of one full tile when the engine was loaded, in ms. */
  readonly tileMs: number;
};

type Job = { readonly resolve: (found: readonly (readonly Detection[])[]) => void; readonly reject: (error: unknown) => void };

/**
 * What a bundle's network is opened with; `outlines`: the one that draws cells too, where the bundle has one and it is not asked for in smaller numbers.
 * Faults: `bundle` where it has no network of that precision.
 */
export const networkData = (
  bundle: Bundle,
  engine: EngineName,
  threads: number,
  precision: Precision = 'full',
  outlines = false,
): NetworkData => {
  const { card, format, dir } = bundle;
  const masks = outlines && precision !== 'int8' ? card.masks : undefined;
  return {
    engine,
    networkPath: masks === undefined ? networkOf(bundle, precision) : join(dir, masks.path),
    ...(masks === undefined
      ? {}
      : {
          masks: {
            stride: masks.stride,
            planes: masks.planes.length,
            nucleated: masks.nucleated.map((name) => card.classes.indexOf(name)),
          },
        }),
    format,
    precision,
    threads,
    classes: card.classes.length,
    multipleOf: card.input.multipleOf,
    tilePx: card.input.tilePx,
    score: card.thresholds.score,
    nmsIou: card.thresholds.nmsIou,
  };
};

/** A plane as it is sent: shared memory travels as it is; other memory is copied, and then only the plane, not all that lies around it. */
const plane = ({ data, stridePx, widthPx, heightPx }: Plane): Plane => ({
  data: data.buffer instanceof SharedArrayBuffer ? data : data.slice(),
  stridePx,
  widthPx,
  heightPx,
});

const picture = (frame: Frame): I420Picture => ({
  widthPx: frame.widthPx,
  heightPx: frame.heightPx,
  y: plane(frame.y),
  u: plane(frame.u),
  v: plane(frame.v),
  fullRange: frame.fullRange,
});

const even = (lengthPx: number): number => Math.max(2, Math.floor(lengthPx / 2) * 2);

/** The first thing the thread says: it is ready, or why it never will be. */
const opened = (worker: Worker, engine: string, bundle: Bundle): Promise<number> =>
  new Promise((resolve, reject) => {
    const cannotRun = (what: string, cause?: unknown): FaultError =>
      new FaultError(
        { kind: 'engine', engine, what: `the network cannot run here (${what})`, remedy: 'choose another engine, or auto' },
        { cause },
      );
    worker.once('message', (message: FromNetworkThread) => {
      if (message.type === 'ready') resolve(message.warmMs);
      else if (message.type !== 'unusable') reject(cannotRun(`unexpected ${message.type}`));
      else if (message.because === 'engine') reject(cannotRun(message.what));
      else {
        const remedy = 'install the bundle again, or export it again';
        reject(new FaultError({ kind: 'bundle', bundle: bundle.dir, what: message.what, remedy }));
      }
    });
    worker.once('error', (error) => reject(cannotRun(error instanceof Error ? error.message : String(error), error)));
    worker.once('exit', (code) => reject(cannotRun(`its thread ended with code ${code}`)));
  });

/**
 * A network behind the engine's port, in a thread of its own: it resamples, runs and suppresses there, so that frames go on being
 * registered meanwhile. Jobs run in the order they came. Faults: `bundle` where the network is not the card's, `engine` where it cannot run.
 */
export const createNetworkEngine = async (bundle: Bundle, data: NetworkData): Promise<NetworkEngine> => {
  const name = data.engine;
  const { card } = bundle;
  // Native libraries read the environment of the process, not that of the thread.
  const worker = new Worker(new URL('./network-worker.ts', import.meta.url), { workerData: data, env: SHARE_ENV });
  const tileMs = await opened(worker, name, bundle);

  const jobs = new Map<number, Job>();
  let lastJob = 0;
  let ended: FaultError | undefined;

  const settle = (id: number): Job | undefined => {
    const job = jobs.get(id);
    jobs.delete(id);
    // A process that has nothing else to do may end, even if nobody closed the engine.
    if (jobs.size === 0) worker.unref();
    return job;
  };
  const fault = (what: string, cause?: unknown): FaultError =>
    new FaultError(
      { kind: 'engine', engine: name, what, remedy: 'open the source again; choose another engine if it comes back' },
      { cause },
    );
  const end = (reason: FaultError): void => {
    ended ??= reason;
    for (const id of jobs.keys()) settle(id)?.reject(ended);
  };

  worker.on('message', (message: FromNetworkThread) => {
    if (message.type === 'found') settle(message.job)?.resolve(message.detections);
    else if (message.type === 'failed') settle(message.job)?.reject(fault(`the network failed (${message.what})`));
  });
  worker.on('error', (error) => end(fault('the thread of the network failed', error)));
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end(fault('the engine was closed'));
      resolve();
    });
  });
  worker.unref();

  const send = (message: ToNetworkThread): void => worker.postMessage(message);

  return {
    name,
    card,
    tileMs,
    draws: data.masks === undefined ? [] : (card.masks?.planes ?? []),
    tiling: (umPerPx) => {
      const perInputPx = card.umPerPx / umPerPx;
      return { tilePx: even(card.input.tilePx * perInputPx), overlapPx: even(card.input.overlapPx * perInputPx) };
    },
    detect: async (frame, tiles, umPerPx, signal) => {
      signal?.throwIfAborted();
      if (ended !== undefined) throw ended;
      if (tiles.length === 0) return [];
      const found = await new Promise<readonly (readonly Detection[])[]>((resolve, reject) => {
        const job = ++lastJob;
        jobs.set(job, { resolve, reject });
        worker.ref();
        send({ type: 'detect', job, picture: picture(frame), tiles: tiles.map((tile) => tile.box), scale: umPerPx / card.umPerPx });
      });
      // The frame is borrowed until the thread has read it, so an abort is heeded here and not before.
      signal?.throwIfAborted();
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      if (ended === undefined) {
        worker.ref();
        send({ type: 'close' });
      }
      await exited;
    },
  };
};
