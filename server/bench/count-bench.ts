import { writeFile } from 'node:fs/promises';
import { FaultError } from '../../domain/fault.ts';
import type { Engine } from '../../models/engine.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { createProgress } from '../cli/progress.ts';
import { prepareScan, type Scan } from '../microscope/prepare-scan.ts';
import type { ScanRequest } from '../microscope/scan-options.ts';
import { createTruthEngine } from '../microscope/truth-engine.ts';
import { countWithoutMap, observeScan } from './count-baselines.ts';
import { type CountBenchOptions, countBenchOptions } from './count-bench-options.ts';
import { intervalCoverage, suiteFigures } from './count-figures.ts';
import { countPlot } from './count-plot.ts';
import { addResult, type CountResult, readResults } from './count-results.ts';
import { runCountScan } from './count-run.ts';
import { COUNT_SUITES, OTHER_SUITES, REPORT_SEED, TUNING_SEED } from './count-suites.ts';
import { coverageTable, suiteTable } from './count-table.ts';
import { type FlowFigures, flowTable, runFlowSuite, usablePython } from './flow-suite.ts';
import { intervalHits } from './interval-suite.ts';
import { machineLine, thisMachine } from './machine.ts';
import { poissonScan } from './poisson-scan.ts';

/** Frames of a scan of the suite of intervals: a few fields' worth. */
const INTERVAL_FRAMES = 60;
/** Frames that flow is measured on, of scenes without pictures and of rendered ones. */
const FLOW_FRAMES = 900;
const FLOW_RENDERED_FRAMES = 600;

type Job = {
  readonly suite: string;
  readonly seed: number;
  readonly boxes: 'true' | 'detector';
  readonly frames: number;
  readonly scan: string;
  prepare(): Promise<Scan>;
};

type Options = ReturnType<typeof countBenchOptions.parse>;

/** Every scan that is to be counted, in order; those of one slide one after the other. */
const jobsOf = (suites: readonly string[], { seeds, intervalSeeds, frames, tuning, boxes }: Options): Job[] => {
  const first = tuning ? TUNING_SEED : REPORT_SEED;
  const kinds = boxes === 'both' ? (['true', 'detector'] as const) : [boxes];
  const scans = suites.flatMap((suite) => {
    const request = COUNT_SUITES[suite];
    if (request === undefined) return [];
    return Array.from({ length: seeds }, (_, i) => first + i).flatMap((seed) => {
      const wanted: ScanRequest = { seed, frames, ...request };
      const length = Number(wanted.frames);
      return kinds.map(
        (kind): Job => ({ suite, seed, boxes: kind, frames: length, scan: JSON.stringify(wanted), prepare: () => prepareScan(wanted) }),
      );
    });
  });
  const intervals = Array.from({ length: suites.includes('intervals') ? intervalSeeds : 0 }, (_, i): Job => {
    const seed = first + i;
    const prepare = (): Promise<Scan> => poissonScan(seed, INTERVAL_FRAMES);
    return { suite: 'intervals', seed, boxes: 'true', frames: INTERVAL_FRAMES, scan: `poisson ${INTERVAL_FRAMES}`, prepare };
  });
  return [...scans, ...intervals];
};

type Bench = { readonly network: Engine; readonly python: string | undefined; readonly baselines: boolean; readonly signal: AbortSignal };

const runJob = async (
  job: Job,
  scan: Scan,
  { network, python, baselines, signal }: Bench,
  say: (doing: string, done: number) => void,
): Promise<CountResult> => {
  const { suite, seed, boxes } = job;
  const startedAt = performance.now();
  const truth = scan.truth();
  const engine = boxes === 'true' ? createTruthEngine(truth, network.card) : network;
  let done = 0;
  const run = await runCountScan(scan, truth, engine, signal, () => say('counting', ++done));
  const { decoded, registered, inferred } = run.frames;
  const isInterval = suite === 'intervals';
  let seen = 0;
  const observations = baselines && !isInterval ? await observeScan(scan, truth, engine, signal, () => say('trackers', ++seen)) : undefined;
  return {
    suite,
    seed,
    boxes: labelOf(job, network),
    scan: job.scan,
    classes: [...run.classes],
    match: run.match,
    frames: { decoded, registered, inferred },
    islands: run.islands,
    excludedShare: run.slide.excluded?.share ?? 0,
    baselines:
      observations === undefined
        ? []
        : await countWithoutMap(observations, {
            classes: network.card.classes.length,
            framesPerSecond: truth.framesPerSecond,
            python,
            signal,
          }),
    ...(isInterval ? { intervals: [...intervalHits(run)] } : {}),
    elapsedMs: Math.round(performance.now() - startedAt),
  };
};

const labelOf = ({ boxes }: Job, { card }: Engine): string => (boxes === 'true' ? 'true' : `${card.name} ${card.version}`);

const writePlot = async (path: string, svg: string): Promise<void> => {
  try {
    await writeFile(path, svg);
  } catch (cause) {
    throw new FaultError({ kind: 'data', path, what: 'the plot cannot be written', remedy: 'give another --plot' }, { cause });
  }
};

/** Counts seeded scans of many kinds with true boxes and the model's, beside trackers without a map. Can be stopped: what is finished is in the results file, and is not run again. */
export const runCountBench = async (given: CountBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = countBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench count --help' });
  const options = parsed.data;
  const suites = options.suite?.split(',').map((name) => name.trim()) ?? [...Object.keys(COUNT_SUITES), ...OTHER_SUITES];
  const { engine: network, reason } = await loadEngine(options);
  await using owned = new AsyncDisposableStack();
  owned.use(network);
  io.stderr(`${network.name}: ${reason}\n`);
  const progress = createProgress(io);
  const flowIo = { say: (line: string) => progress.say(() => line), signal: io.signal };
  const python = await usablePython(options.withPython, { ...flowIo, say: (line) => io.stderr(`${line}\n`) });
  const bench: Bench = { network, python, baselines: !options.withoutBaselines, signal: io.signal };
  const jobs = jobsOf(suites, options);
  const known = await readResults(options.results);
  const results: CountResult[] = [];
  let flow: FlowFigures[] = [];
  let prepared: { readonly of: string; readonly scan: Scan } | undefined;
  try {
    for (const [i, job] of jobs.entries()) {
      const found = known.find(
        ({ suite, seed, boxes, scan }) => suite === job.suite && seed === job.seed && boxes === labelOf(job, network) && scan === job.scan,
      );
      if (found !== undefined) {
        results.push(found);
        continue;
      }
      io.signal.throwIfAborted();
      const of = `${job.suite} ${job.seed}`;
      if (prepared?.of !== of) prepared = { of, scan: await job.prepare() };
      const result = await runJob(job, prepared.scan, bench, (doing, done) =>
        progress.say(
          () =>
            `scan ${i + 1} of ${jobs.length} (${job.suite}, seed ${job.seed}, ${job.boxes} boxes), ${doing}: frame ${done} of ${job.frames}`,
        ),
      );
      await addResult(options.results, result);
      results.push(result);
    }
    if (suites.includes('flow')) {
      const firstSeed = options.tuning ? TUNING_SEED : REPORT_SEED;
      const detector = options.boxes === 'true' ? undefined : { engine: network, frames: FLOW_RENDERED_FRAMES };
      flow = await runFlowSuite({ seeds: options.seeds, frames: FLOW_FRAMES, firstSeed, python, detector }, flowIo);
    }
  } catch (error) {
    progress.end();
    if (!io.signal.aborted) throw error;
    return {
      stopped: `stopped after ${results.length} of ${jobs.length} scans; they are in ${options.results}, and the same command goes on from there`,
    };
  }
  progress.end();
  const figures = suiteFigures(results);
  const intervals = intervalCoverage(results);
  if (options.plot !== undefined) await writePlot(options.plot, countPlot(figures));
  const machine = thisMachine();
  if (options.json)
    io.stdout(
      `${JSON.stringify({ schema: 'smearscope.bench-count/1', machine, model: `${network.card.name} ${network.card.version}`, engine: network.name, figures, intervals, flow, results })}\n`,
    );
  else
    io.stdout(
      `${[
        `${machineLine(machine)}; ${network.card.name} ${network.card.version} on ${network.name}`,
        ...(figures.length > 0 ? [suiteTable(figures)] : []),
        ...(intervals.length > 0 ? [coverageTable(intervals)] : []),
        ...(flow.length > 0 ? [flowTable(flow)] : []),
      ].join('\n\n')}\n`,
    );
  return undefined;
};
