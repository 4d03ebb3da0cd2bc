import { availableParallelism } from 'node:os';
import { type EngineName, type Precision, precisions } from '../../domain/engine-name.ts';
import { FaultError } from '../../domain/fault.ts';
import { type Bundle, loadBundle } from '../../models/runtime/bundle.ts';
import { defaultThreads, loadEngine } from '../../models/runtime/load-engine.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { type EngineBenchOptions, engineBenchOptions } from './engine-bench-options.ts';
import { CONFORMANCE_LIMITS, type Conformance, checkConformance } from './engine-conformance.ts';
import { engineFields } from './engine-fields.ts';
import { type EngineProfile, profileEngine } from './engine-profile.ts';
import { machineLine, thisMachine } from './machine.ts';

const BATCHES = [1, 2, 4] as const;

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return `${lines.join('\n')}\n`;
};

const profileTable = (profiles: readonly EngineProfile[]): string =>
  table([
    ['engine', 'numbers', 'threads', 'fields', 'draws', 'prepare', 'network', 'boxes', 'outlines', 'copies', 'a field, ms'],
    ...profiles.map((one) => [
      one.engine,
      one.precision,
      String(one.threads),
      String(one.batch),
      one.outlines ? 'yes' : 'no',
      ...[one.prepareMs, one.networkMs, one.boxesMs, one.outlinesMs, one.copiesMs, one.fieldMs].map((ms) => ms.toFixed(2)),
    ]),
  ]);

const conformanceLine = (one: Conformance): string => {
  if (one.state === 'skipped') return `${one.engine.padEnd(18)} skipped  ${one.reason}\n`;
  const { cells, lost, boxPx, score, drawn, outlineIou, tileMs } = one;
  const outlines = drawn === 0 ? '' : `, ${drawn} outlines alike to an IoU of ${outlineIou.toFixed(4)}`;
  const far = `boxes within ${boxPx.toFixed(4)} px, scores within ${score.toFixed(5)}, ${lost} of ${cells} cells lost or added${outlines}`;
  return `${one.engine.padEnd(18)} ${one.state.padEnd(8)} ${far}, ${tileMs.toFixed(1)} ms a tile\n`;
};

/** The precisions that were asked for: the given one, or every one that the bundle has a network for. */
const precisionsOf = ({ card }: Bundle, asked: Precision): readonly Precision[] =>
  asked === 'full' ? precisions.filter((one) => one === 'full' || card.files.some(({ path }) => path.endsWith(`.${one}.onnx`))) : [asked];

const canDraw = ({ card }: Bundle, precision: Precision): boolean => card.masks !== undefined && precision !== 'int8';

const threadCounts = (engine: EngineName): readonly number[] =>
  engine === 'onnx:cpu' ? Array.from({ length: Math.min(8, availableParallelism()) }, (_, at) => at + 1) : [defaultThreads()];

/**
 * Profiles an engine stage by stage over threads, batches and precisions, or (`conformance`) compares all engines with `onnx:cpu`;
 * one that differs by more than the limits fails the command.
 */
export const runEngineBench = async (given: EngineBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = engineBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench engine --help' });
  const { model, engine, precision, conformance, fields: count, runs, json } = parsed.data;
  const bundle = await loadBundle(model);
  using fields = await engineFields(count);
  const machine = thisMachine();
  const head = { schema: 'smearscope.bench-engine/1', machine, model: `${bundle.card.name} ${bundle.card.version}` } as const;
  const title = `${machineLine(machine)}; ${head.model} on fields of 640×480\n\n`;

  if (conformance) {
    if (precision === 'int8')
      throw new FaultError({
        kind: 'usage',
        what: '8 bits move boxes and scores',
        remedy: 'judge them by what they lose: models quantise',
      });
    const only = engine === 'auto' ? undefined : engine;
    const say = (name: EngineName): void => io.stderr(`${name}\n`);
    const results = await checkConformance(bundle, fields, defaultThreads(), precision, only, say);
    const limits = CONFORMANCE_LIMITS[precision];
    if (json) io.stdout(`${JSON.stringify({ ...head, precision, limits, conformance: results })}\n`);
    else io.stdout(`${title}${results.map(conformanceLine).join('')}`);
    const different = results.filter(({ state }) => state === 'differs').map((one) => one.engine);
    return different.length === 0 ? undefined : { stopped: `these differ from onnx:cpu by more than they may: ${different.join(', ')}` };
  }

  let name: EngineName = 'onnx:cpu';
  if (engine === 'auto') {
    const { engine: chosen, reason } = await loadEngine({ model });
    io.stderr(`${chosen.name}: ${reason}\n`);
    name = chosen.name as EngineName;
    await chosen[Symbol.asyncDispose]();
  } else name = engine;
  const profiles: EngineProfile[] = [];
  for (const numbers of precisionsOf(bundle, precision))
    for (const threads of threadCounts(name))
      for (const batch of BATCHES)
        for (const outlines of canDraw(bundle, numbers) ? [false, true] : [false]) {
          if (io.signal.aborted) return { stopped: 'stopped before every kind was measured' };
          io.stderr(`${name}, ${numbers}, ${threads} threads, ${batch} fields a call${outlines ? ', drawing cells' : ''}\n`);
          profiles.push(await profileEngine(bundle, fields, { engine: name, precision: numbers, threads, batch, outlines, runs }));
        }
  io.stdout(json ? `${JSON.stringify({ ...head, profiles })}\n` : `${title}${profileTable(profiles)}`);
  return undefined;
};
