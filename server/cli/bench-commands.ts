import type { Command } from 'commander';
import { Option } from 'commander';
import { DETECTOR_NAMES } from '../../models/architectures/detector.ts';
import { composeBenchOptions } from '../bench/compose-bench-options.ts';
import { countBenchOptions } from '../bench/count-bench-options.ts';
import { crashBenchOptions } from '../bench/crash-bench-options.ts';
import { engineBenchOptions } from '../bench/engine-bench-options.ts';
import { glassBenchOptions } from '../bench/glass-bench-options.ts';
import { benchOptions } from '../bench/live-bench-options.ts';
import { pageBenchOptions } from '../bench/page-bench-options.ts';
import { recordBenchOptions } from '../bench/record-bench-options.ts';
import { registrationBenchOptions } from '../bench/registration-bench-options.ts';
import { retrainBenchOptions } from '../bench/retrain-bench-options.ts';
import { sessionBenchOptions } from '../bench/session-bench-options.ts';
import { viewersBenchOptions } from '../bench/viewers-bench-options.ts';
import { whipBenchOptions } from '../bench/whip-bench-options.ts';
import { addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { withSchemaFlags } from './configuration-flags.ts';

/** Adds `bench …` to the command line: the commands that measure what the README claims. `finished` hears how the command ended. */
export const addBenchCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const add = addTo(commandGroup(program, 'bench', 'measure what the README claims'), io, finished);

  withSchemaFlags(
    add('live', 'counting, registration, pace, latency, memory', async () => (await import('../bench/live-bench.ts')).runLiveBench, true),
    benchOptions.shape,
    ['seeds', 'frames', 'seconds', 'model', 'engine', 'threads', 'outlines'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'registration',
      'finding frames on the slide under every difficulty, and on a large map',
      async () => (await import('../bench/registration-bench.ts')).runRegistrationBench,
    ),
    registrationBenchOptions.shape,
    ['seeds', 'firstSeed', 'frames', 'keyframes', 'suite'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'count',
      'unique counts on seeded scans of many kinds, beside trackers without a map; intervals; flow',
      async () => (await import('../bench/count-bench.ts')).runCountBench,
    ),
    countBenchOptions.shape,
    [
      'suite',
      'seeds',
      'intervalSeeds',
      'frames',
      'tuning',
      'boxes',
      'withoutBaselines',
      'withPython',
      'results',
      'plot',
      'model',
      'engine',
      'threads',
    ],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'glass',
      'from the camera’s picture to the screen, with a real browser on both sides',
      async () => (await import('../bench/glass-bench.ts')).runGlassBench,
    ),
    glassBenchOptions.shape,
    ['seconds', 'frames', 'pictures', 'engine', 'threads'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'viewers',
      'what many viewers of one camera, and a stalled one, cost the others',
      async () => (await import('../bench/viewers-bench.ts')).runViewersBench,
    ),
    viewersBenchOptions.shape,
    ['viewers', 'rounds', 'seconds', 'pictures', 'engine', 'threads'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'page',
      'how smoothly the page shows a large gallery, a full field and a large slide, in a real browser',
      async () => (await import('../bench/page-bench.ts')).runPageBench,
    ),
    pageBenchOptions.shape,
    ['seconds', 'crops', 'boxes', 'keyframes', 'cells', 'gpu'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'whip',
      'a clip published over WebRTC by an encoder and a browser, on a bad network too, against the same clip as a file',
      async () => (await import('../bench/whip-bench.ts')).runWhipBench,
    ),
    whipBenchOptions.shape,
    ['seed', 'frames', 'from', 'codec', 'lossPercent', 'cutSeconds', 'engine', 'threads'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'compose',
      'pictures composed of single cells: how many in a second, and the same bytes with any number of threads',
      async () => (await import('../bench/compose-bench.ts')).runComposeBench,
    ),
    composeBenchOptions.shape,
    ['images', 'cutouts', 'workers', 'seed'],
  ).addOption(jsonFlag());

  add(
    'train',
    'a step of training, beside the same network in PyTorch',
    async () => (await import('../bench/train-bench.ts')).runTrainBench,
  )
    .addOption(new Option('--architecture <name>', 'this one alone').choices(DETECTOR_NAMES))
    .option('--with-python <path>', 'a Python that has torch')
    .addOption(jsonFlag());

  withSchemaFlags(
    add(
      'engine',
      'where an engine’s time goes, or whether all engines agree',
      async () => (await import('../bench/engine-bench.ts')).runEngineBench,
    ),
    engineBenchOptions.shape,
    ['model', 'engine', 'precision', 'conformance', 'fields', 'runs'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'crash',
      'kill a recording service at random moments, copy its session, and judge what is left',
      async () => (await import('../bench/crash-bench.ts')).runCrashBench,
    ),
    crashBenchOptions.shape,
    ['rounds', 'copies', 'seed', 'source'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add('record', 'what recording costs a live camera', async () => (await import('../bench/record-bench.ts')).runRecordBench),
    recordBenchOptions.shape,
    ['seconds', 'turns', 'source', 'model', 'engine', 'threads'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'session',
      'how quickly a long session opens, scrubs and pages, over HTTP',
      async () => (await import('../bench/session-bench.ts')).runSessionBench,
    ),
    sessionBenchOptions.shape,
    ['minutes', 'cells', 'scrubs', 'keep'],
  ).addOption(jsonFlag());

  withSchemaFlags(
    add(
      'retrain',
      'what half an hour of corrections on a new site teaches a bundle, and whether it forgets the known ones',
      async () => (await import('../bench/retrain-bench.ts')).runRetrainBench,
    ),
    retrainBenchOptions.shape,
    ['site', 'classes', 'umPerPx', 'known', 'base', 'minutes', 'correctMinutes', 'fieldsPerSlide', 'keep'],
  ).addOption(jsonFlag());
};
