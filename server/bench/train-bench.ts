import { DETECTOR_NAMES, type DetectorName } from '../../models/architectures/detector.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { machineLine, thisMachine } from './machine.ts';
import { type TrainFigures, timeTraining } from './train-run.ts';

export type TrainBenchFlags = { readonly architecture?: DetectorName; readonly withPython?: string; readonly json?: boolean };

const STEPS = 8;
/** A canvas of each architecture at the scale it is trained at. */
const CANVASES: Readonly<Record<DetectorName, readonly [widthPx: number, heightPx: number]>> = {
  'smear-net-small': [320, 240],
  'smear-net-tiny': [320, 240],
  'yolox-nano': [416, 320],
};

const line = ({ architecture, backend, stepMs, peer }: TrainFigures): string => {
  const ours = `${architecture}: ${stepMs.toFixed(0)} ms a step of 8 canvases on ${backend}`;
  if (peer === undefined) return ours;
  return `${ours}; PyTorch ${peer.torch} on ${peer.threads} threads ${peer.stepMs.toFixed(0)} ms: ${peer.ratio.toFixed(2)} times its time`;
};

/** Times training steps of our networks, side by side with PyTorch where a Python that has it is given. */
export const runTrainBench = async (flags: TrainBenchFlags, io: CommandIo): Promise<CommandResult> => {
  const networks: TrainFigures[] = [];
  for (const name of flags.architecture === undefined ? DETECTOR_NAMES.filter((one) => one !== 'smear-net-tiny') : [flags.architecture]) {
    const [widthPx, heightPx] = CANVASES[name];
    const python = flags.withPython === undefined ? {} : { python: flags.withPython };
    networks.push(await timeTraining(name, { widthPx, heightPx, frozenTo: 0, steps: STEPS, ...python }));
    io.stderr(`${line(networks.at(-1)!)}\n`);
  }
  const machine = thisMachine();
  if (flags.json) io.stdout(`${JSON.stringify({ schema: 'smearscope.bench-train/1', machine, networks })}\n`);
  else io.stdout(`${machineLine(machine)}\n${networks.map(line).join('\n')}\n`);
  return undefined;
};
