import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TrackMetrics } from '../../domain/track-document.ts';
import type { Engine } from '../../models/engine.ts';
import { type TrackSums, trackMetricsOf, trackSums } from '../../models/evaluate/track/evaluate-tracks.ts';
import { type MotRow, readMotText } from '../../models/evaluate/track/mot-text.ts';
import { type CrossingLine, stepOver } from '../../pipelines/flow/crossing-line.ts';
import { type FlowOptions, flowOptions } from '../microscope/flow-options.ts';
import { renderedScene } from './flow-rendered.ts';
import { CLASSES, type Crossings, type FlowScene, flowScene, trackScene } from './flow-scene.ts';

export type FlowSuiteOptions = {
  /** Scenes of each speed. */
  readonly seeds: number;
  /** Frames of each scene. */
  readonly frames: number;
  /** Seed of the first scene; figures that are reported begin at `REPORT_SEED`, rules were chosen on the ones below. */
  readonly firstSeed?: number;
  /** A Python that has the package `trackers`; without it the public trackers are left out. */
  readonly python?: string | undefined;
  /** A network that looks at rendered scenes too, one of each speed of so many frames. */
  readonly detector?: { readonly engine: Engine; readonly frames: number } | undefined;
};

export type FlowSuiteIo = { readonly say: (line: string) => void; readonly signal: AbortSignal };

/** One tracker at one speed, over all seeds. */
export type FlowFigures = {
  /** Whose boxes: true ones with a detector's errors, or the network's on rendered frames. */
  readonly boxes: 'simulated' | 'detector';
  readonly speed: FlowOptions['speed'];
  /** `ours`; `ours, seen only` without the boxes that carry over a missed sighting; `bytetrack`, `ocsort` and their `-tuned` siblings. */
  readonly tracker: string;
  readonly metrics: TrackMetrics;
  readonly crossings: { readonly truth: number; readonly counted: number };
  /** Identities against cells that there were. */
  readonly identities: { readonly truth: number; readonly counted: number };
};

export const REPORT_SEED = 1001;
const SPEEDS = ['slow', 'medium', 'fast'] as const;
/** Small matrices: threads would only wait for each other. */
const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
const SCRIPT = fileURLToPath(new URL('./flow-baselines.py', import.meta.url));

type Run = {
  readonly sums: TrackSums;
  readonly truth: Crossings;
  readonly counted: Crossings;
  readonly cells: number;
  readonly identities: number;
};

const idsOf = (rows: readonly MotRow[]): number => new Set(rows.map(({ id }) => id)).size;

/** Crossings as the rows of a tracker tell them: by the middles of its boxes. */
const crossingsOf = (rows: readonly MotRow[], line: CrossingLine): Crossings => {
  const stands = new Map<number, ReturnType<typeof stepOver>['stand']>();
  const counts = { forward: 0, backward: 0 };
  for (const { id, box } of rows.toSorted((a, b) => a.frame - b.frame)) {
    const at = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 };
    const { stand, crossed } = stepOver(line, stands.get(id), at, 1);
    stands.set(id, stand);
    if (crossed !== undefined) counts[crossed]++;
  }
  return counts;
};

/** Rows of the public trackers on these boxes, by their names. */
export const trackPublic = async (
  observations: FlowScene['observations'],
  framesPerSecond: number,
  python: string,
  signal: AbortSignal,
): Promise<Map<string, MotRow[]>> => {
  const folder = await mkdtemp(join(tmpdir(), 'smearscope-flow-'));
  try {
    const path = join(folder, 'scene.json');
    const frames = observations.map(({ detections }) => detections.map(({ box, score }) => [...box, score]));
    await writeFile(path, JSON.stringify({ framesPerSecond, frames }));
    await promisify(execFile)(python, [SCRIPT, path, folder], { signal, env: ONE_THREAD });
    const rows = new Map<string, MotRow[]>();
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.txt')).sort())
      rows.set(parse(name).name, readMotText(await readFile(join(folder, name), 'utf8'), name, 'result'));
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const figuresOf = (boxes: FlowFigures['boxes'], speed: FlowOptions['speed'], tracker: string, runs: readonly Run[]): FlowFigures => {
  const sum = (of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    boxes,
    speed,
    tracker,
    metrics: trackMetricsOf(runs.map(({ sums }) => sums)),
    crossings: {
      truth: sum(({ truth }) => truth.forward + truth.backward),
      counted: sum(({ counted }) => counted.forward + counted.backward),
    },
    identities: { truth: sum(({ cells }) => cells), counted: sum(({ identities }) => identities) },
  };
};

/** Every tracker on one scene. */
const runScene = async (scene: FlowScene, python: string | undefined, signal: AbortSignal): Promise<Map<string, Run>> => {
  const runs = new Map<string, Run>();
  const cells = idsOf(scene.truth);
  const add = (tracker: string, rows: readonly MotRow[], counted: Crossings, identities: number): void => {
    runs.set(tracker, { sums: trackSums(scene.truth, rows), truth: scene.crossings, counted, cells, identities });
  };
  const ours = trackScene(scene, CLASSES.length);
  add('ours', ours.rows, ours.crossings, ours.identities);
  const seenOnly = trackScene(scene, CLASSES.length, { coastMs: -1 });
  add('ours, seen only', seenOnly.rows, seenOnly.crossings, seenOnly.identities);
  if (python !== undefined)
    for (const [name, rows] of await trackPublic(scene.observations, scene.options.fps, python, signal))
      add(name, rows, crossingsOf(rows, scene.line), idsOf(rows));
  return runs;
};

/** The Python, where it can run the public trackers; says why where it cannot. */
export const usablePython = async (python: string | undefined, { say, signal }: FlowSuiteIo): Promise<string | undefined> => {
  if (python === undefined) return undefined;
  try {
    await promisify(execFile)(python, ['-c', 'import supervision, trackers'], { signal });
    return python;
  } catch (error) {
    signal.throwIfAborted();
    say(`the public trackers are left out: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : error}`);
    return undefined;
  }
};

/**
 * Tracks seeded scenes at three speeds, of a detector that errs and where one is given of a real one, and judges the tracks; where a Python with public
 * trackers is given, theirs on the same boxes too. Says why they are missing where they cannot be run.
 */
export const runFlowSuite = async (options: FlowSuiteOptions, io: FlowSuiteIo): Promise<FlowFigures[]> => {
  const { seeds, frames, firstSeed = REPORT_SEED, detector } = options;
  const { say, signal } = io;
  const python = await usablePython(options.python, io);
  const figures: FlowFigures[] = [];
  for (const speed of SPEEDS) {
    const runs = new Map<string, Run[]>();
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      signal.throwIfAborted();
      const scene = flowScene(flowOptions.parse({ seed, speed, frames }));
      for (const [tracker, run] of await runScene(scene, python, signal)) runs.set(tracker, [...(runs.get(tracker) ?? []), run]);
      say(`flow, ${speed}: scene ${seed - firstSeed + 1} of ${seeds}`);
    }
    for (const [tracker, of] of runs) figures.push(figuresOf('simulated', speed, tracker, of));
  }
  for (const speed of detector === undefined ? [] : SPEEDS) {
    const { engine, frames: length } = detector!;
    const chosen = flowOptions.parse({ seed: firstSeed, speed, frames: length });
    const scene = await renderedScene(chosen, engine, signal, (done) => {
      if (done % 30 === 0) say(`flow, ${speed}, detector: frame ${done} of ${length}`);
    });
    for (const [tracker, run] of await runScene(scene, python, signal)) figures.push(figuresOf('detector', speed, tracker, [run]));
  }
  return figures;
};

/** The figures as a table for the terminal. */
export const flowTable = (figures: readonly FlowFigures[]): string => {
  const percent = (share: number): string => (100 * share).toFixed(1);
  const off = ({ truth, counted }: { readonly truth: number; readonly counted: number }): string =>
    `${counted}/${truth} (${((100 * (counted - truth)) / Math.max(1, truth)).toFixed(1)} %)`;
  const rows = figures.map(({ boxes, speed, tracker, metrics, crossings, identities }) => [
    boxes,
    speed,
    tracker,
    percent(metrics.HOTA),
    percent(metrics.IDF1),
    percent(metrics.MOTA),
    String(metrics.IDSW),
    off(crossings),
    off(identities),
  ]);
  const table = [['boxes', 'speed', 'tracker', 'HOTA', 'IDF1', 'MOTA', 'IDSW', 'crossings', 'identities'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')).join('\n');
};
