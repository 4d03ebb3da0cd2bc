import { FaultError } from '../../domain/fault.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { cameraSettings } from '../camera/camera-messages.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { createProgress } from '../cli/progress.ts';
import { prepareScan } from '../microscope/prepare-scan.ts';
import { createTruthEngine } from '../microscope/truth-engine.ts';
import { type Figure, figureTable, holds } from './figures.ts';
import { type FileFigures, runFile } from './file-run.ts';
import { type BenchOptions, benchOptions } from './live-bench-options.ts';
import { liveFigures } from './live-figures.ts';
import { type LiveFigures, runLive } from './live-run.ts';
import { type Machine, machineLine, thisMachine } from './machine.ts';
import { runScan, type ScanFigures } from './scan-run.ts';

type BenchDocument = {
  readonly schema: 'smearscope.bench-live/1';
  readonly machine: Machine;
  readonly model: string;
  readonly engine: string;
  readonly draws: boolean;
  readonly figures: readonly (Figure & { readonly holds: boolean | undefined })[];
  readonly trueBoxes: readonly ScanFigures[];
  readonly detector: readonly ScanFigures[];
  readonly file: FileFigures;
  readonly live: LiveFigures;
};

const stageTable = (title: string, stageMs: Readonly<Record<string, number>>): string =>
  `${title}: ${Object.entries(stageMs)
    .map(([stage, ms]) => `${stage} ${ms.toFixed(2)}`)
    .join(', ')} ms\n`;

const scanLine = ({ seed, classes, inferred, frames }: ScanFigures): string =>
  `  seed ${seed}: ${classes.map((one) => `${one.class} ${one.counted}/${one.truth}`).join(', ')}; network on ${inferred} of ${frames} frames\n`;

/** Measures what the service claims: counting and registration against the truth of virtual scans, the pace on a file, a live camera from outside. */
export const runLiveBench = async (given: BenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = benchOptions.safeParse(given);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see bench live --help' });
  const { seeds, frames, seconds, model, engine: engineName, threads, outlines, json } = parsed.data;
  const progress = createProgress(io);
  const { engine, reason } = await loadEngine({ model, engine: engineName, threads, outlines });
  await using network = engine;
  io.stderr(`${network.name}: ${reason}\n`);

  const trueBoxes: ScanFigures[] = [];
  const detector: ScanFigures[] = [];
  let umPerPx = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const scan = await prepareScan({ seed, frames });
    const truth = scan.truth();
    umPerPx = truth.umPerPx;
    for (const [into, counter, name] of [
      [trueBoxes, createTruthEngine(truth, network.card), 'true boxes'],
      [detector, network, 'detector'],
    ] as const) {
      let done = 0;
      const onFrame = (): void => {
        done++;
        progress.say(() => `scan ${seed} of ${seeds}, ${name}: frame ${done} of ${frames}`);
      };
      into.push(await runScan(scan, truth, counter, io.signal, onFrame));
    }
  }
  progress.end();
  io.stderr('counting a file\n');
  const file = await runFile(1, frames, umPerPx, network, io.signal);
  const settings = cameraSettings.parse({ model, engine: engineName, threads, outlines });
  const live = await runLive('simulate:', settings, seconds, io.signal, (done) =>
    progress.say(() => `live camera: ${Math.round(done * seconds)} of ${seconds} s`),
  );
  progress.end();

  const figures = liveFigures(trueBoxes, detector, file, live);
  const document: BenchDocument = {
    schema: 'smearscope.bench-live/1',
    machine: thisMachine(),
    model: `${network.card.name} ${network.card.version}`,
    engine: network.name,
    draws: network.draws.length > 0,
    figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })),
    trueBoxes,
    detector,
    file,
    live,
  };
  if (json) io.stdout(`${JSON.stringify(document, (key, value) => (key === 'placementErrorsPx' ? undefined : value))}\n`);
  else {
    io.stdout(
      `${machineLine(document.machine)}; ${document.model} on ${document.engine}, ${document.draws ? 'drawing' : 'without outlines'}\n\n${figureTable(figures)}\n\n`,
    );
    io.stdout(
      `counted / true, true boxes:\n${trueBoxes.map(scanLine).join('')}counted / true, detector:\n${detector.map(scanLine).join('')}`,
    );
    io.stdout(stageTable('a frame of the file', file.report?.stageMs ?? {}));
    io.stdout(stageTable('a live frame', live.report?.stageMs ?? {}));
    io.stdout(`the network alone, run on every frame of the file: ${file.networkFrameMs.toFixed(1)} ms a frame\n`);
  }
  return undefined;
};
