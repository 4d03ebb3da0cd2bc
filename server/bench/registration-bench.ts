import { FaultError } from '../../domain/fault.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import type { ConfidenceModel } from '../../pipelines/slide/confidence.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { createProgress } from '../cli/progress.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { fitConfidence } from './fit-confidence.ts';
import { type RegistrationBenchOptions, registrationBenchOptions } from './registration-bench-options.ts';
import { REGISTRABLE_CELLS, type RegistrationFigures, runRegistration } from './registration-run.ts';
import { runScale, type ScaleFigures } from './registration-scale.ts';
import { REGISTRATION_SUITES } from './registration-suites.ts';
import { reliabilityLines, reliabilityOf } from './reliability.ts';

const FAR_PX = 5;

const suiteLine = (scans: readonly RegistrationFigures[]): string => {
  const errors = scans.flatMap(({ placed }) => placed.map(({ errorPx }) => errorPx));
  const sum = (of: (scan: RegistrationFigures) => number): number => scans.reduce((total, scan) => total + of(scan), 0);
  const [p95, worst] = [percentile(errors, 0.95) ?? 0, percentile(errors, 1) ?? 0];
  const far = errors.filter((px) => px > FAR_PX).length;
  const lost = Math.max(...scans.map(({ lostKnownMs }) => lostKnownMs));
  const turned = scans.some(({ saidAfter, countedThrough }) => saidAfter !== undefined || countedThrough > 0);
  const said = turned
    ? `; turned: said after ${Math.max(...scans.map(({ saidAfter }) => saidAfter ?? Number.NaN))} frames, ${sum((scan) => scan.countedThrough)} frames laid on the map`
    : '';
  return `  ${scans[0]!.suite}: ${sum((scan) => scan.registered)}/${sum((scan) => scan.frames)} registered, p95 ${p95.toFixed(2)}, worst ${worst.toFixed(2)} px, ${far} beyond ${FAR_PX} px; on known ground lost for ${lost.toFixed(0)} ms at most${said}\n`;
};

const figuresOf = (scans: readonly RegistrationFigures[], scale: ScaleFigures | undefined): Figure[] => {
  const placed = scans.flatMap((scan) => scan.placed);
  const errors = placed.map(({ errorPx }) => errorPx);
  const near = errors.filter((px) => px <= FAR_PX).length;
  return [
    { what: 'registration error, p95', measured: percentile(errors, 0.95) ?? Number.NaN, unit: 'px', bound: { atMost: 2 } },
    { what: 'registration error, worst', measured: percentile(errors, 1) ?? Number.NaN, unit: 'px', bound: { atMost: 5 } },
    { what: 'registered frames within 5 px', measured: (100 * near) / Math.max(1, errors.length), unit: '%', bound: { atLeast: 99.9 } },
    {
      what: 'longest loss on known ground, sharp',
      measured: Math.max(...scans.map(({ lostKnownMs }) => lostKnownMs)),
      unit: 'ms',
      bound: { atMost: 500 },
    },
    { what: 'longest loss anywhere, sharp', measured: Math.max(...scans.map(({ lostMs }) => lostMs)), unit: 'ms', bound: { atMost: 1000 } },
    {
      what: 'longest wait for known ground after a turn',
      measured: Math.max(...scans.map(({ waitedMs }) => waitedMs)),
      unit: 'ms',
      bound: undefined,
    },
    {
      what: `sharp frames of fewer than ${REGISTRABLE_CELLS} cells that the gate refused`,
      measured: scans.reduce((sum, scan) => sum + scan.passedOver, 0),
      unit: '',
      bound: undefined,
    },
    {
      what: 'frames of a turned camera laid on the map',
      measured: scans.reduce((sum, scan) => sum + scan.countedThrough, 0),
      unit: '',
      bound: { atMost: 0 },
    },
    ...(scale === undefined
      ? []
      : ([
          { what: `a frame at ${scale.small.keyframes} keyframes`, measured: scale.small.meanMs, unit: 'ms', bound: { atMost: 6 } },
          {
            what: `a frame at ${scale.large.keyframes} keyframes, ${scale.large.cells} cells`,
            measured: scale.large.meanMs,
            unit: 'ms',
            bound: { atMost: 6 },
          },
          { what: '… against the small map', measured: scale.large.meanMs / scale.small.meanMs, unit: 'times', bound: { atMost: 1.2 } },
          {
            what: 'frames until found after a jump over the large map',
            measured: Math.max(...scale.framesAfterJump),
            unit: '',
            bound: { atMost: 15 },
          },
          { what: 'large map: worst error', measured: scale.worstErrorPx, unit: 'px', bound: undefined },
          { what: 'large map: saved', measured: scale.savedMb, unit: 'MB', bound: undefined },
        ] satisfies Figure[])),
  ];
};

/** Measures registration against the truth of virtual scans under every difficulty, and what a frame costs on a large map. */
export const runRegistrationBench = async (given: RegistrationBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = registrationBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench registration --help' });
  const { seeds, firstSeed, frames, keyframes, suite = '', calibrate, json } = parsed.data;
  const suites = Object.entries(REGISTRATION_SUITES).filter(([name]) => name.includes(suite));
  if (suites.length === 0)
    throw new FaultError({
      kind: 'usage',
      what: `no difficulty has "${suite}" in its name`,
      remedy: `give one of ${Object.keys(REGISTRATION_SUITES).join('; ')}`,
    });
  const progress = createProgress(io);
  const scans: RegistrationFigures[] = [];
  for (const [name, request] of suites) {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      let done = 0;
      const onFrame = (): void => {
        done++;
        progress.say(() => `${name}, seed ${seed}: frame ${done} of ${frames}`);
      };
      scans.push(await runRegistration(name, { ...request, seed, frames }, io.signal, onFrame));
    }
  }
  const placed = scans.flatMap((scan) => scan.placed);
  const reliability = (model?: ConfidenceModel) => [1, 2, FAR_PX].map((px) => reliabilityOf(placed, px, model));
  if (calibrate) {
    progress.end();
    const chance = scans.flatMap((scan) => scan.chance);
    const model = fitConfidence(placed, chance);
    const tables = reliability(model);
    if (json)
      io.stdout(
        `${JSON.stringify({ schema: 'smearscope.bench-confidence/1', frames: placed.length, chance: chance.length, model, reliability: tables })}\n`,
      );
    else
      io.stdout(
        `${JSON.stringify(model, undefined, 2)}\n${placed.length} frames, ${chance.length} chance matches\n${tables.map(reliabilityLines).join('')}`,
      );
    return undefined;
  }
  const { card } = await loadBundle('default');
  const scale =
    keyframes === 0
      ? undefined
      : await runScale(keyframes, card, io.signal, (made) => progress.say(() => `large map: ${made} of ${keyframes} keyframes`));
  progress.end();
  const figures = figuresOf(scans, scale);
  if (json) {
    const document = {
      schema: 'smearscope.bench-registration/1',
      figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })),
      scans,
      scale,
      reliability: reliability(),
    };
    io.stdout(`${JSON.stringify(document, (key, value) => (key === 'placed' || key === 'chance' ? undefined : value))}\n`);
    return undefined;
  }
  io.stdout(`${figureTable(figures)}\n\n`);
  for (const table of reliability()) io.stdout(reliabilityLines(table));
  for (const [name] of suites) io.stdout(suiteLine(scans.filter((scan) => scan.suite === name)));
  return undefined;
};
