import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultError } from '../../domain/fault.ts';
import { cameraSettings } from '../camera/camera-messages.ts';
import { superviseCamera } from '../camera/supervisor.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { type Figure, figureTable, holds, percentile } from './figures.ts';
import { machineLine, thisMachine } from './machine.ts';
import { type RecordBenchOptions, recordBenchOptions } from './record-bench-options.ts';

/** One turn of a camera: what was seen of it from outside. */
type Turn = { readonly recording: boolean; readonly latencies: readonly number[]; readonly frames: number; readonly unregistered: number };

const START_WITHIN_MS = 90_000;
/** After recording began or ended so much is left out. */
const SETTLE_MS = 1500;

/** Runs one camera with a viewer, recording and not recording by turns, so that whatever else the machine does falls on both. */
const takeTurns = async (
  dataDir: string,
  { seconds, turns, source, ...engine }: Omit<ReturnType<typeof recordBenchOptions.parse>, 'json'>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Turn[]> => {
  const camera = superviseCamera('bench', source, cameraSettings.parse(engine), (_, { text }) => say(text), dataDir);
  let latencies: number[] = [];
  const unwatch = camera.watch((news) => {
    if (news.type === 'frame') latencies.push(news.latencyMs);
  });
  const tally = (): { decoded: number; registered: number } => camera.report?.frames ?? { decoded: 0, registered: 0 };
  try {
    const startedAt = performance.now();
    while (latencies.length < 90) {
      signal.throwIfAborted();
      if (performance.now() - startedAt > START_WITHIN_MS) throw new Error('the camera showed no pictures');
      await sleep(100);
    }
    const all: Turn[] = [];
    for (let n = 0; n < 2 * turns; n++) {
      const recording = n % 2 === 1;
      camera.record(recording);
      await sleep(SETTLE_MS, undefined, { signal });
      latencies = [];
      const before = tally();
      await sleep(seconds * 1000, undefined, { signal });
      const after = tally();
      const frames = after.decoded - before.decoded;
      all.push({ recording, latencies, frames, unregistered: frames - (after.registered - before.registered) });
      const p95 = percentile(latencies, 0.95)?.toFixed(1);
      say(`${recording ? 'recording' : 'not recording'}: ${frames} frames, annotated within ${p95} ms (p95)`);
    }
    return all;
  } finally {
    unwatch();
    await camera.close();
  }
};

const figuresOf = (turns: readonly Turn[]): Figure[] => {
  const of = (recording: boolean) => turns.filter((turn) => turn.recording === recording);
  const p95 = (recording: boolean): number =>
    percentile(
      of(recording).flatMap(({ latencies }) => latencies),
      0.95,
    ) ?? Number.NaN;
  const sum = (recording: boolean, key: 'frames' | 'unregistered'): number => of(recording).reduce((all, turn) => all + turn[key], 0);
  return [
    { what: 'capture → annotation, not recording, p95', measured: p95(false), unit: 'ms', bound: undefined },
    { what: 'capture → annotation, recording, p95', measured: p95(true), unit: 'ms', bound: undefined },
    { what: '… grows by', measured: p95(true) - p95(false), unit: 'ms', bound: { atMost: 20 } },
    { what: 'frames not registered, not recording', measured: sum(false, 'unregistered'), unit: '', bound: undefined },
    { what: 'frames not registered, recording', measured: sum(true, 'unregistered'), unit: '', bound: { atMost: 0 } },
    { what: 'frames, not recording', measured: sum(false, 'frames'), unit: '', bound: undefined },
    { what: 'frames, recording', measured: sum(true, 'frames'), unit: '', bound: undefined },
  ];
};

/** Measures what recording costs a live camera. */
export const runRecordBench = async (given: RecordBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = recordBenchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench record --help' });
  const { json, ...options } = parsed.data;
  const dataDir = await mkdtemp(join(tmpdir(), 'smearscope-record-'));
  try {
    const figures = figuresOf(await takeTurns(dataDir, options, io.signal, (line) => io.stderr(`${line}\n`)));
    const machine = thisMachine();
    const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
    if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-record/1', machine, figures: judged })}\n`);
    else io.stdout(`${machineLine(machine)}; ${options.source}\n\n${figureTable(figures)}\n`);
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return undefined;
};
