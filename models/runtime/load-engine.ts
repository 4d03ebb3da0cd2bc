import { availableParallelism } from 'node:os';
import type { Configuration } from '../../domain/configuration.ts';
import type { EngineName, Precision } from '../../domain/engine-name.ts';
import { FaultError, toFault } from '../../domain/fault.ts';
import type { Engine } from '../engine.ts';
import { findGraphicsAdapter } from '../graphics-adapter.ts';
import { type Bundle, loadBundle } from './bundle.ts';
import { engineMemory, type Remembered } from './engine-memory.ts';
import { type EngineProbe, listEngines } from './engine-probe.ts';
import { createNetworkEngine, type NetworkEngine, networkData } from './network-engine.ts';

export type LoadEngineOptions = {
  /** Name of a bundle or path of its folder. */
  readonly model: string;
  readonly engine?: Configuration['engine'];
  readonly precision?: Precision;
  /** Threads for the network on the processor; 0 leaves one core for the rest. */
  readonly threads?: number;
  /** Draw cells as well, where the bundle has a network for it; else nothing is drawn and nothing spent on it. */
  readonly outlines?: boolean;
  /** Folders to look for named bundles in, before the shipped ones. */
  readonly searchIn?: readonly string[];
};

/** Threads for the network, where nobody said: one core is left to decoding and registration. */
export const defaultThreads = (): number => Math.max(1, Math.min(8, availableParallelism() - 1));

/** What an engine is loaded for. */
type Wanted = { readonly bundle: Bundle; readonly threads: number; readonly precision: Precision; readonly outlines: boolean };

type Chosen = { readonly engine: NetworkEngine; readonly reason: string };

/** What `auto` does not try although it is there, and why. */
const PASSED_OVER: Partial<Record<EngineName, string>> = {
  'onnx:tensorrt': 'builds its plan for minutes at first, so it must be asked for',
  'tensorflow:gpu': 'onnx:cuda runs the same on the same card',
  'tensorflow:webgpu': 'onnx:webgpu runs the same on the same card',
  'tensorflow:cpu': 'several times slower than onnx:cpu on the same processor',
  'tensorflow:wasm': 'several times slower than onnx:cpu on the same processor',
};

const loadOne = ({ bundle, threads, precision, outlines }: Wanted, name: EngineName): Promise<NetworkEngine> =>
  createNetworkEngine(bundle, networkData(bundle, name, threads, precision, outlines));

/** A card that draws on the processor is no gain; only the adapter itself says so. */
const whyPassedOver = async ({ name, present, reason, software }: EngineProbe): Promise<string | undefined> => {
  if (!present) return reason;
  if (PASSED_OVER[name] !== undefined) return PASSED_OVER[name];
  if (software) return `${reason}: not chosen by itself`;
  if (name !== 'onnx:webgpu') return undefined;
  const adapter = await findGraphicsAdapter();
  // Without the package that asks, loading is the only proof.
  return 'software' in adapter && adapter.software ? `${adapter.name} draws on the processor` : undefined;
};

const inWords = (notes: readonly string[]): string => (notes.length === 0 ? '' : ` (${notes.join('; ')})`);

/** Loads every engine that may be the fastest and keeps the one that was, on a full tile. */
const fastest = async (wanted: Wanted): Promise<Chosen & { readonly notes: readonly string[] }> => {
  const notes: string[] = [];
  let best: NetworkEngine | undefined;
  for (const probe of listEngines()) {
    const against = await whyPassedOver(probe);
    if (against !== undefined) {
      notes.push(`${probe.name}: ${against}`);
      continue;
    }
    try {
      const engine = await loadOne(wanted, probe.name);
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
  return { engine: best, notes, reason: `fastest here, ${best.tileMs.toFixed(1)} ms for a tile${inWords(notes)}` };
};

/** The engine that was fastest the last time, where the machine, the network and the programs are the same. */
const remembered = async (wanted: Wanted, known: Remembered): Promise<Chosen | undefined> => {
  try {
    const engine = await loadOne(wanted, known.engine);
    return { engine, reason: `fastest here when measured, ${engine.tileMs.toFixed(1)} ms for a tile now${inWords(known.notes)}` };
  } catch {
    // What ran then and does not now is measured anew.
    return undefined;
  }
};

const automatic = async (wanted: Wanted): Promise<Chosen> => {
  const memory = engineMemory(wanted.bundle, wanted.threads, wanted.precision, wanted.outlines);
  const known = await memory.recall();
  const again = known === undefined ? undefined : await remembered(wanted, known);
  if (again !== undefined) return again;
  const { engine, reason, notes } = await fastest(wanted);
  await memory.keep({ engine: engine.name, notes });
  return { engine, reason };
};

/**
 * Loads a bundle into an engine; `reason` says in one line why this one. `auto` takes the fastest that really runs here, and remembers it
 * for the machine, the network and the versions of the programs.
 * Faults: `bundle` for a damaged model, `engine` where the asked-for engine cannot run.
 */
export const loadEngine = async ({
  model,
  engine = 'auto',
  precision = 'full',
  threads = 0,
  outlines = true,
  searchIn = [],
}: LoadEngineOptions): Promise<{ engine: Engine; reason: string }> => {
  const bundle = await loadBundle(model, { searchIn });
  const wanted = { bundle, threads: threads > 0 ? threads : defaultThreads(), precision, outlines };
  if (engine === 'auto') return automatic(wanted);
  const probe = listEngines().find(({ name }) => name === engine);
  if (probe?.present !== true) {
    const what = `the engine is not there (${probe?.reason ?? 'unknown engine'})`;
    throw new FaultError({ kind: 'engine', engine, what, remedy: 'choose another one, or auto' });
  }
  const loaded = await loadOne(wanted, engine);
  return { engine: loaded, reason: `asked for; ${loaded.tileMs.toFixed(1)} ms for a tile` };
};
