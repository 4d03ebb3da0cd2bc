import { availableParallelism } from 'node:os';
import type { Configuration } from '../../domain/configuration.ts';
import { FaultError, toFault } from '../../domain/fault.ts';
import type { Engine } from '../engine.ts';
import { type Bundle, loadBundle } from './bundle.ts';
import { listEngines } from './engine-probe.ts';
import { createOnnxEngine, type OnnxEngine } from './onnx-engine.ts';
import type { OnnxProvider } from './onnx-messages.ts';

export type LoadEngineOptions = {
  /** Name of a bundle or path of its folder. */
  readonly model: string;
  readonly engine?: Configuration['engine'];
  /** Threads for the network on the processor; 0 leaves one core for the rest. */
  readonly threads?: number;
  /** Folders to look for named bundles in, before the shipped ones. */
  readonly searchIn?: readonly string[];
};

const providerOf = (name: `onnx:${OnnxProvider}`): OnnxProvider => name.slice('onnx:'.length) as OnnxProvider;

/** Threads for the network, where nobody said: one core is left to decoding and registration. */
export const defaultThreads = (): number => Math.max(1, Math.min(8, availableParallelism() - 1));

/** Loads every engine that is there and keeps the one that was fastest on a full tile. */
const fastest = async (bundle: Bundle, threads: number): Promise<{ engine: OnnxEngine; reason: string }> => {
  const notes: string[] = [];
  let best: OnnxEngine | undefined;
  for (const probe of listEngines()) {
    if (!probe.present) {
      notes.push(`${probe.name}: ${probe.reason}`);
      continue;
    }
    try {
      const engine = await createOnnxEngine(bundle, providerOf(probe.name), threads);
      const loser = best === undefined || engine.tileMs < best.tileMs ? best : engine;
      if (loser !== engine) best = engine;
      await loser?.[Symbol.asyncDispose]();
      if (loser !== undefined) notes.push(`${loser.name}: slower, ${loser.tileMs.toFixed(1)} ms for a tile`);
    } catch (error) {
      const fault = toFault(error);
      if (fault.kind === 'bundle') throw error;
      notes.push(`${probe.name}: ${fault.what}`);
    }
  }
  if (best === undefined) {
    const what = `no engine can run the network (${notes.join('; ')})`;
    throw new FaultError({ kind: 'engine', engine: 'auto', what, remedy: 'reinstall the program' });
  }
  const others = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return { engine: best, reason: `fastest here, ${best.tileMs.toFixed(1)} ms for a tile${others}` };
};

/**
 * Loads a bundle into an engine; `reason` says in one line why this one. `auto` takes the fastest that really runs here.
 * Faults: `bundle` for a damaged model, `engine` where the asked-for engine cannot run.
 */
export const loadEngine = async ({
  model,
  engine = 'auto',
  threads = 0,
  searchIn = [],
}: LoadEngineOptions): Promise<{ engine: Engine; reason: string }> => {
  const bundle = await loadBundle(model, { searchIn });
  const threadCount = threads > 0 ? threads : defaultThreads();
  if (engine === 'auto') return fastest(bundle, threadCount);
  const probe = listEngines().find(({ name }) => name === engine);
  if (probe?.present !== true) {
    const what = `the engine is not there (${probe?.reason ?? 'unknown engine'})`;
    throw new FaultError({ kind: 'engine', engine, what, remedy: 'choose another one, or auto' });
  }
  const loaded = await createOnnxEngine(bundle, providerOf(probe.name), threadCount);
  return { engine: loaded, reason: `asked for; ${loaded.tileMs.toFixed(1)} ms for a tile` };
};
