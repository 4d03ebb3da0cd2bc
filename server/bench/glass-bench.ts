import { FaultError } from '../../domain/fault.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { type GlassBenchOptions, glassBenchOptions } from './glass-bench-options.ts';
import { type GlassFigures, runGlass } from './glass-run.ts';
import { machineLine, thisMachine } from './machine.ts';

const glassFigures = ({ latenciesMs, shown, together, unreadable, cameraFramesPerSecond }: GlassFigures, seconds: number): Figure[] => [
  { what: 'glass to glass, median', measured: percentile(latenciesMs, 0.5) ?? Number.NaN, unit: 'ms', bound: undefined },
  { what: 'glass to glass, p95', measured: percentile(latenciesMs, 0.95) ?? Number.NaN, unit: 'ms', bound: { atMost: 300 } },
  { what: 'shown with the boxes of the same frame', measured: (100 * together) / shown, unit: '%', bound: { atLeast: 100 } },
  { what: 'pictures that the camera gave', measured: cameraFramesPerSecond, unit: '/s', bound: undefined },
  { what: 'pictures shown', measured: shown / seconds, unit: '/s', bound: undefined },
  { what: 'shown, number unreadable', measured: (100 * unreadable) / shown, unit: '%', bound: undefined },
];

/** Measures from the camera's picture to the screen: a real browser sends a clip as its camera, and shows what the service makes of it. */
export const runGlassBench = async (given: GlassBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = glassBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench glass --help' });
  const { json, ...request } = parsed.data;
  const measured = await runGlass(request, io.signal, (line) => io.stderr(`${line}\n`));
  const figures = glassFigures(measured, request.seconds);
  const machine = thisMachine();
  if (json) {
    const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
    io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-glass/1', machine, request, sending: measured.sending, figures: judged })}\n`);
  } else io.stdout(`${machineLine(machine)}; pictures as ${request.pictures}; ${measured.sending}\n\n${figureTable(figures)}\n`);
  return undefined;
};
