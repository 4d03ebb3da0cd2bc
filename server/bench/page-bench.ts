import { FaultError } from '../../domain/fault.ts';
import { buildPage } from '../cli/build-page.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { machineLine, thisMachine } from './machine.ts';
import { type PageBenchOptions, pageBenchOptions } from './page-bench-options.ts';
import { type PageFigures, runPage, type Smoothness } from './page-run.ts';

const smooth = (what: string, { framesPerSecond, gapsMs, workMs, browserMs }: Smoothness, atLeast: number | undefined): Figure[] => [
  { what, measured: framesPerSecond, unit: 'frames/s', bound: atLeast === undefined ? undefined : { atLeast } },
  { what: '… from one turn of the page to the next, p95', measured: percentile(gapsMs, 0.95) ?? Number.NaN, unit: 'ms', bound: undefined },
  { what: '… processor time of the page for a frame', measured: workMs, unit: 'ms', bound: undefined },
  { what: '… of the whole browser', measured: browserMs, unit: 'ms', bound: undefined },
];

const pageFigures = ({ idle, scroll, tiles, missingShare, interactiveMs, slideReadyMs, ...moved }: PageFigures): Figure[] => [
  { what: 'a page with one turning square', measured: idle.framesPerSecond, unit: 'frames/s', bound: undefined },
  { what: 'live page, from its address to its controls', measured: interactiveMs, unit: 'ms', bound: { atMost: 1500 } },
  ...smooth('gallery, scrolling', scroll, 50),
  { what: '… tiles on the page', measured: tiles, unit: '', bound: undefined },
  { what: '… with a row not there yet', measured: 100 * missingShare, unit: '%', bound: undefined },
  ...smooth('live picture with its boxes, drawn for each frame', moved.overlay, 50),
  ...smooth('live picture with outlines', moved.outlines, 50),
  ...smooth('live picture with filled outlines', moved.fills, 50),
  ...smooth('slide, moving and zooming', moved.slide, 30),
  { what: '… from its address to all cells', measured: slideReadyMs, unit: 'ms', bound: undefined },
];

/** Measures how smoothly the page shows much: a gallery that scrolls, a full field's boxes, a large slide. */
export const runPageBench = async (given: PageBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = pageBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench page --help' });
  const { json, ...request } = parsed.data;
  const say = (line: string): void => io.stderr(`${line}\n`);
  await buildPage(say, io.signal);
  const figures = pageFigures(await runPage(request, io.signal, say));
  const machine = thisMachine();
  if (json) {
    const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
    io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-page/1', machine, request, figures: judged })}\n`);
  } else {
    const { crops, boxes, keyframes, cells } = request;
    io.stdout(
      `${machineLine(machine)}; ${crops} crops, ${boxes} boxes, a slide of ${keyframes} fields and ${cells} cells\n\n${figureTable(figures)}\n`,
    );
  }
  return undefined;
};
