import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { type CrashBenchOptions, crashBenchOptions } from './crash-bench-options.ts';
import { type CrashRound, runCrashRounds } from './crash-rounds.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { machineLine, thisMachine } from './machine.ts';

const VIDEO_LOSS_MS = 1000;

const line = ({ kind, opens, videoLossMs, resumedMs, cellsTakenBack, correctionsLost, tookMs }: CrashRound, n: number): string =>
  `${n} ${kind}: ${opens ? 'opens' : 'DAMAGED'}, ${videoLossMs === undefined ? 'video does not play' : `${videoLossMs.toFixed(0)} ms of video lost`}${
    resumedMs === undefined ? '' : `, counts again after ${(resumedMs / 1000).toFixed(1)} s`
  }${correctionsLost > 0 ? `, ${correctionsLost} corrections LOST` : ''}${cellsTakenBack > 0 ? `, ${cellsTakenBack} cells to be counted again` : ''} (${(tookMs / 1000).toFixed(1)} s)\n`;

export const crashFigures = (rounds: readonly CrashRound[]): Figure[] => {
  const played = rounds.flatMap(({ videoLossMs }) => videoLossMs ?? []);
  const resumed = rounds.flatMap(({ resumedMs }) => resumedMs ?? []);
  const share = (is: (round: CrashRound) => boolean): number => (100 * rounds.filter(is).length) / rounds.length;
  return [
    { what: 'session whole after a kill, or in a copy', measured: share(({ opens }) => opens), unit: '%', bound: { atLeast: 100 } },
    { what: 'video plays', measured: share(({ videoLossMs }) => videoLossMs !== undefined), unit: '%', bound: { atLeast: 100 } },
    { what: 'video lost, worst', measured: Math.max(0, ...played), unit: 'ms', bound: { atMost: VIDEO_LOSS_MS } },
    {
      what: 'frames that the session does not name, worst',
      measured: Math.max(0, ...rounds.map(({ rowsBehindMs }) => rowsBehindMs)),
      unit: 'ms',
      bound: undefined,
    },
    {
      what: 'committed frames lost, all kills',
      measured: rounds.reduce((sum, { framesLost }) => sum + framesLost, 0),
      unit: '',
      bound: { atMost: 0 },
    },
    {
      what: 'acknowledged corrections lost, all kills and copies',
      measured: rounds.reduce((sum, { correctionsLost }) => sum + correctionsLost, 0),
      unit: '',
      bound: { atMost: 0 },
    },
    { what: 'counts again by itself, median', measured: (percentile(resumed, 0.5) ?? 0) / 1000, unit: 's', bound: undefined },
    { what: 'counts again by itself, longest', measured: Math.max(0, ...resumed) / 1000, unit: 's', bound: undefined },
  ];
};

/** Kills a recording camera and its service, and copies the session, at random moments; judges what is left each time. */
export const runCrashBench = async (given: CrashBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = crashBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench crash --help' });
  const { json, ...options } = parsed.data;
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-crash-'));
  try {
    const rounds = await runCrashRounds(dataDir, options, io.signal, (round, n) => io.stderr(line(round, n)));
    const figures = crashFigures(rounds);
    const machine = thisMachine();
    if (json)
      io.stdout(
        `${JSON.stringify({ schema: 'smearscope.bench-crash/1', machine, figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })), rounds })}\n`,
      );
    else io.stdout(`${machineLine(machine)}\n\n${figureTable(figures)}\n`);
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return undefined;
};
