import { Command, InvalidArgumentError, Option } from 'commander';
import { DATASET_FORMATS } from '../../models/datasets/dataset-format.ts';
import { CONFIGURATION_KEYS } from '../load-configuration.ts';
import { scanOptions } from '../microscope/scan-options.ts';
import { addBenchCommands } from './bench-commands.ts';
import { addCalibrateCommands } from './calibrate-commands.ts';
import { addTo, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { addComposeCommands } from './compose-commands.ts';
import { withConfigurationFlags, withSchemaFlags } from './configuration-flags.ts';
import { addDatasetCommands } from './dataset-commands.ts';
import { addModelsCommands } from './models-commands.ts';
import { addSessionsCommands } from './sessions-commands.ts';
import { packageVersion } from './version.ts';

const positive = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0 is needed');
  return value;
};

const natural = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
};

/**
 * The command line's commands and flags. Complaints about usage are one line on stderr. `finished` hears how the command ended.
 * Throws `CommanderError` for bad usage and for `--help`, and what the command itself throws.
 */
export const createProgram = (io: CommandIo, finished: (result: CommandResult) => void): Command => {
  const program = new Command('smearscope')
    .description('Counts the cells of a blood smear, every cell once, from the video of a hand-moved microscope.')
    .version(packageVersion(), '--version')
    // `export --version` is the bundle's.
    .enablePositionalOptions()
    .helpOption('--help', 'say how to use it')
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      outputError: (text, write) => {
        const line = text
          .replace(/^error: /, '')
          .trim()
          .replaceAll(/\s*\n\s*/g, ' ');
        write(/\(Did you mean/.test(line) ? `${line}\n` : `${line}: see smearscope --help\n`);
      },
    });
  const add = addTo(program, io, finished);

  withConfigurationFlags(
    add('serve', 'run the service and its page', async () => (await import('./serve.ts')).runServe),
    CONFIGURATION_KEYS,
  ).option('--open', 'open the page in the browser');

  withConfigurationFlags(
    add('count <source>', 'count a file, a folder of pictures or a virtual scan', async () => (await import('./count.ts')).runCount),
    [
      'specimen',
      'line',
      'model',
      'engine',
      'precision',
      'threads',
      'outlines',
      'umPerPx',
      'exposureMs',
      'maxSmearPx',
      'minSharpness',
      'stopAt',
      'thickCover',
      'thickOverlap',
      'thinCover',
      'plateletFactor',
      'wbcFactor',
      'fieldNumberMm',
      'dataDir',
    ],
  )
    .option('--calibration <profile>', 'name of a calibration profile, or the path of its file')
    .option('--frames <n>', 'stop after so many frames', natural)
    .option('--cells', 'list every counted cell')
    .option('--map <file>', 'go on with the slide map of this file, and write it back (made where it is not there)')
    .option('--session <dir>', 'keep what was counted in a session folder, which is made')
    .option('--ledger <file>', 'write every decision on a cell: CSV where the name ends in .csv, else JSON lines')
    .addOption(
      new Option(
        '--edge-rule <rule>',
        'count each picture by itself: cells on its upper and left edge are its own, those on the others not',
      ).choices(['hemocytometer']),
    )
    .option('--mot <file>', 'write the tracks of flowing cells as MOTChallenge text')
    .addOption(jsonFlag());

  const scanKeys = Object.keys(scanOptions.shape) as (keyof typeof scanOptions.shape)[];
  withSchemaFlags(
    add('simulate', 'write a virtual scan: the video and the full truth', async () => (await import('./simulate.ts')).runSimulateCommand),
    scanOptions.shape,
    scanKeys,
  )
    .addOption(
      new Option('--specimen <kind>', 'what is shown: a smear that is scanned, or cells that flow')
        .choices(['smear', 'flow'])
        .default('smear'),
    )
    .addOption(new Option('--speed <which>', 'of a flow: how fast it is (default: medium)').choices(['slow', 'medium', 'fast']))
    .option('--cells <n>', 'of a flow: cells in view, on average (default: 24)', natural)
    .requiredOption('--out <file>', 'video to write; the truth is written beside it')
    .addOption(jsonFlag());

  add(
    'train',
    'train a detector, or a network that draws cells, from labelled fields',
    async () => (await import('./train.ts')).runTrainCommand,
  )
    .addOption(
      new Option('--task <what>', 'what is trained (default: as the recipe says, else detect)').choices(['detect', 'segment', 'classify']),
    )
    .option('--data <dir>', 'labelled fields of a site, in any of the formats, to teach a bundle (--base, or the default one)')
    .addOption(
      new Option('--format <kind>', 'how they are labelled (default: as the folder looks); masks to segment').choices([
        ...DATASET_FORMATS,
        'masks',
      ]),
    )
    .option('--um-per-px <n>', 'scale of their pictures (default: from the red cells’ boxes)', positive)
    .option('--from-session <ids...>', 'in place of --data: corrected sessions, or all')
    .option('--data-dir <dir>', 'data folder that the sessions are in (default: .smearscope)')
    .option('--one-slide', 'sessions of one slide: hold back blocks of it, which are no held-back slides')
    .option('--practice', 'learn from the virtual microscope too; such a bundle is not promoted')
    .option('--most-fields <n>', 'at most so many fields of sessions, those with the most to correct', natural)
    .option('--config <file>', 'in place of --data: a recipe (default: the one of the shipped weights)')
    .option('--data-root <dir>', 'folder that the recipe’s data folders are in')
    .option('--out <dir>', 'folder of the run: checkpoints and metrics')
    .option('--bundle <dir>', 'make a bundle when it is done')
    .option('--base <bundle>', 'what the run starts from: a bundle, or an ONNX file of the same architecture')
    .option('--resume', 'go on with the run in --out')
    .option('--epochs <n>', 'epochs, in place of the recipe’s', natural)
    .option('--minutes <n>', 'fit the run into so many minutes', positive)
    .option('--memory <mib>', 'most memory for pixels; what does not fit is read from disk (default: half of what is free)', positive)
    .option('--show-augmented <file>', 'do not train: draw the first canvases, with what is in them, in a PNG')
    .addOption(new Option('--backend <name>', 'who computes').choices(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']).default('auto'))
    .addOption(jsonFlag());

  add(
    'evaluate',
    'judge a bundle by COCO’s rules and by its counts, or tracks',
    async () => (await import('./evaluate.ts')).runEvaluateCommand,
  )
    .addOption(
      new Option(
        '--task <what>',
        'what is judged: detect wants --data and --format, segment and classify --data, track --truth and --result',
      )
        .choices(['detect', 'segment', 'classify', 'track'])
        .default('detect'),
    )
    .option('--truth <path>', 'true tracks: a file of MOTChallenge text, or a folder of them')
    .option('--result <path>', 'tracks to judge: likewise')
    .option('--data <dir>', 'folder of labelled fields')
    .addOption(new Option('--format <kind>', 'how they are labelled; segment takes masks and coco').choices([...DATASET_FORMATS, 'masks']))
    .option('--split <name>', 'which of them', 'test')
    .option('--values <list>', 'what values of masks stand for, as 128=cytoplasm,255=nucleus or #00ffff=eosinophil (default: 255=cell)')
    .option('--held-out <share>', 'share of fields with masks, chosen by a hash of their names, that are test (default: 0.2)', positive)
    .option('--model <bundle>', 'name of a bundle, or the path of its folder', 'default')
    .option('--um-per-px <n>', 'scale of the pictures (default: from the red cells’ boxes)', positive)
    .option('--report <file>', 'write the report, one HTML file with curves, counts and the worst fields')
    .option('--worst <n>', 'name so many of the fields with the most errors, and draw them in the report', natural)
    .addOption(jsonFlag());

  add('export', 'make a bundle from a training run', async () => (await import('./export.ts')).runExportCommand)
    .requiredOption('--run <dir>', 'folder of the run')
    .option('--data-root <dir>', 'folder that the recipe’s data folders are in')
    .requiredOption('--out <dir>', 'folder of the bundle')
    .requiredOption('--version <text>', 'version of the bundle')
    .option('--base <bundle>', 'of masks: the detector that they are added to (default: default); of a detector: whose thresholds stay')
    .option('--measure <dir>', 'of masks: another folder of fields with masks; those held out by their names go onto the card')
    .option('--um-per-px <n>', 'scale of the pictures of --measure (default: from their cells)', positive)
    .option('--values <list>', 'what the masks of --measure mean, as 128=cytoplasm,255=nucleus (default: 255=cell)')
    .option('--int8', 'add an 8-bit network, its loss measured and in the card')
    .addOption(new Option('--checkpoint <which>', 'weights to take').choices(['best', 'newest']).default('best'))
    .addOption(jsonFlag());

  addDatasetCommands(program, io, finished);

  addComposeCommands(program, io, finished);

  addBenchCommands(program, io, finished);

  addModelsCommands(program, io, finished);

  addCalibrateCommands(program, io, finished);

  addSessionsCommands(program, io, finished);

  add(
    'screenshots',
    'take a picture of each page, light and dark (needs a Chromium)',
    async () => (await import('./screenshots.ts')).runScreenshots,
  )
    .option('--out <dir>', 'folder of the pictures', 'client/screenshots')
    .option('--pages <ids>', 'only these pages, with commas between them')
    .option('--size <WxH>', 'size of the window', '1280x720')
    .option('--cells <n>', 'wait until so many cells are counted', natural, 250);

  add('doctor', 'say what is there, and what to do about what is not', async () => (await import('./doctor.ts')).runDoctor)
    .option('--model <bundle>', 'name of a bundle, or the path of its folder', 'default')
    .option('--try', 'run the model on every engine that seems to be there')
    .addOption(jsonFlag());

  return program;
};
