import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { faultLine, toFault } from '../../domain/fault.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { listEngines } from '../../models/runtime/engine-probe.ts';
import type { CommandIo, CommandResult } from './command-io.ts';

/** One thing that was looked at. `missing` is something that counting needs, `absent` something that it can do without. */
export type Finding = {
  readonly name: string;
  readonly state: 'there' | 'absent' | 'missing';
  readonly detail: string;
  /** What to do about what is not there. */
  readonly remedy?: string;
};

const GIGABYTE = 2 ** 30;
const DECODERS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mjpeg', 'mpeg4', 'rawvideo'];

const examineNode = (): Finding => {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `${process.version} on ${process.platform}-${process.arch}`;
  return major >= 24
    ? { name: 'node', state: 'there', detail }
    : { name: 'node', state: 'missing', detail, remedy: 'run it through npm, which puts the Node 24 of node_modules first' };
};

const examineMachine = (): Finding => ({
  name: 'machine',
  state: 'there',
  detail: `${availableParallelism()} cores, ${(freemem() / GIGABYTE).toFixed(1)} of ${(totalmem() / GIGABYTE).toFixed(1)} GB of memory free`,
});

const examineDisk = async (): Promise<Finding> => {
  const { bavail, bsize } = await statfs('.');
  const free = (bavail * bsize) / GIGABYTE;
  const detail = `${free.toFixed(1)} GB free in this folder`;
  return free > 1
    ? { name: 'disk', state: 'there', detail }
    : { name: 'disk', state: 'missing', detail, remedy: 'free some space: clips and training runs need it' };
};

const examineVideo = async (): Promise<Finding> => {
  try {
    const { Codec, getFFmpegInfo } = await import('node-av');
    const decoders = DECODERS.filter((name) => Codec.findDecoderByName(name as Parameters<typeof Codec.findDecoderByName>[0]) !== null);
    return { name: 'video', state: 'there', detail: `FFmpeg ${getFFmpegInfo().version} (node-av), decodes ${decoders.join(', ')}` };
  } catch (error) {
    return {
      name: 'video',
      state: 'missing',
      detail: faultLine(toFault(error)),
      remedy: 'run npm ci again: its native part was not installed',
    };
  }
};

const examineCameras = async (): Promise<Finding> => {
  try {
    const cameras = await (await import('../ingest/list-cameras.ts')).listCameras();
    return cameras.length > 0
      ? { name: 'cameras', state: 'there', detail: cameras.map((camera) => `${camera.label} (${camera.address})`).join(', ') }
      : {
          name: 'cameras',
          state: 'absent',
          detail: 'none is plugged in',
          remedy: 'plug one in, and give this account the right to use it',
        };
  } catch (error) {
    return {
      name: 'cameras',
      state: 'absent',
      detail: faultLine(toFault(error)),
      remedy: 'files, urls and the virtual microscope work without',
    };
  }
};

const examineBundle = async (model: string): Promise<Finding> => {
  try {
    const { card } = await loadBundle(model);
    return {
      name: `model ${model}`,
      state: 'there',
      detail: `${card.name} ${card.version}, ${card.classes.join(', ')}, every file as its card says`,
    };
  } catch (error) {
    return { name: `model ${model}`, state: 'missing', detail: faultLine(toFault(error)), remedy: 'give another one with --model' };
  }
};

const examineTensorFlow = async (): Promise<Finding> => {
  try {
    const { loadTensorFlow } = await import('../../models/tensorflow.ts');
    const { backend, note } = await loadTensorFlow('auto');
    return backend.startsWith('tensorflow:')
      ? { name: 'training', state: 'there', detail: `${backend}: ${note}` }
      : {
          name: 'training',
          state: 'absent',
          detail: `${backend}: ${note}`,
          remedy: 'npm run tensorflow makes training much faster; counting does without',
        };
  } catch (error) {
    return { name: 'training', state: 'absent', detail: faultLine(toFault(error)), remedy: 'counting does without' };
  }
};

const asText = ({ name, state, detail, remedy }: Finding): string =>
  `${name.padEnd(16)} ${state.padEnd(8)} ${detail}${remedy === undefined ? '' : ` → ${remedy}`}\n`;

/** Looks at everything that the other commands need. The command has failed where something is missing that counting needs. */
export const runDoctor = async (
  { model, json }: { readonly model: string; readonly json?: boolean },
  io: CommandIo,
): Promise<CommandResult> => {
  const engines: Finding[] = listEngines().map(({ name, present, reason }) => ({
    name: `engine ${name}`,
    state: present ? 'there' : 'absent',
    detail: reason,
  }));
  const findings = [
    examineNode(),
    examineMachine(),
    await examineDisk(),
    await examineVideo(),
    await examineCameras(),
    ...engines,
    await examineBundle(model),
    await examineTensorFlow(),
  ];
  io.stdout(json ? `${JSON.stringify({ schema: 'smearscope.doctor/1', findings })}\n` : findings.map(asText).join(''));
  const missing = findings.filter((finding) => finding.state === 'missing');
  return missing.length === 0 ? undefined : { stopped: `missing: ${missing.map((finding) => finding.name).join(', ')}` };
};
