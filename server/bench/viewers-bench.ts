import { FaultError } from '../../domain/fault.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { createProgress } from '../cli/progress.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { machineLine, thisMachine } from './machine.ts';
import { type ViewersBenchOptions, viewersBenchOptions } from './viewers-bench-options.ts';
import { runViewers, type Turns, type ViewersFigures } from './viewers-run.ts';

const ofLatency = ({ latenciesMs }: Turns, share: number): number => percentile(latenciesMs, share) ?? Number.NaN;
const slowest = ({ framesPerSecond }: Turns): number => Math.min(...framesPerSecond);
const skipped = (turns: Turns): number => turns.skipped.reduce((sum, n) => sum + n, 0);

const viewersFigures = ({ one, many, stalled }: ViewersFigures, viewers: number): Figure[] => {
  const change = (turns: Turns): number => (ofLatency(turns, 0.5) / ofLatency(one, 0.5) - 1) * 100;
  const withStalled = `${viewers} and a stalled one`;
  return [
    { what: 'capture → out of the camera process, median, 1 viewer', measured: ofLatency(one, 0.5), unit: 'ms', bound: undefined },
    { what: `… ${viewers} viewers`, measured: ofLatency(many, 0.5), unit: 'ms', bound: undefined },
    { what: `… ${viewers} viewers, against 1`, measured: change(many), unit: '%', bound: { atMost: 10 } },
    { what: `… ${withStalled}, against 1`, measured: change(stalled), unit: '%', bound: { atMost: 10 } },
    { what: 'p95, 1 viewer', measured: ofLatency(one, 0.95), unit: 'ms', bound: undefined },
    { what: `p95, ${viewers} viewers`, measured: ofLatency(many, 0.95), unit: 'ms', bound: undefined },
    { what: 'frames sent, 1 viewer', measured: slowest(one), unit: '/s', bound: undefined },
    { what: `frames sent, slowest of ${viewers}`, measured: slowest(many), unit: '/s', bound: undefined },
    { what: `frames sent, slowest of ${withStalled}`, measured: slowest(stalled), unit: '/s', bound: undefined },
    { what: `frames not sent to ${viewers} viewers`, measured: skipped(many), unit: '', bound: undefined },
    { what: `frames not sent to ${viewers} beside a stalled one`, measured: skipped(stalled), unit: '', bound: undefined },
  ];
};

/** Measures what many viewers, and one that takes nothing in, cost the others and the pipeline. */
export const runViewersBench = async (given: ViewersBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = viewersBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench viewers --help' });
  const { json, ...request } = parsed.data;
  const progress = createProgress(io);
  const measured = await runViewers(request, io.signal, (done, of) => progress.say(() => `turn ${done + 1} of ${of}`));
  progress.end();
  const figures = viewersFigures(measured, request.viewers);
  const machine = thisMachine();
  if (json) {
    const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
    io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-viewers/1', machine, request, figures: judged })}\n`);
  } else io.stdout(`${machineLine(machine)}; pictures as ${request.pictures}\n\n${figureTable(figures)}\n`);
  return undefined;
};
