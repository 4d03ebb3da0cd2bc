import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineName } from '../../domain/engine-name.ts';
import { faultLine, toFault } from '../../domain/fault.ts';
import { findGraphicsAdapter } from '../../models/graphics-adapter.ts';
import { type Bundle, loadBundle } from '../../models/runtime/bundle.ts';
import { listEngines } from '../../models/runtime/engine-probe.ts';
import { defaultThreads } from '../../models/runtime/load-engine.ts';
import { createNetworkEngine, networkData } from '../../models/runtime/network-engine.ts';
import { installedNative, loadTensorFlow } from '../../models/tensorflow.ts';
import { absent, type Finding, missing, there } from './doctor-finding.ts';

/** What makes an engine that is not there appear. */
const REMEDIES: Readonly<Record<EngineName, string>> = {
  'onnx:tensorrt': 'with an NVIDIA card: node node_modules/onnxruntime-node/script/install.js, then install CUDA 12 and TensorRT 10',
  'onnx:cuda': 'with an NVIDIA card: node node_modules/onnxruntime-node/script/install.js, then install CUDA 12 and cuDNN 9',
  'onnx:webgpu': 'with a graphics card: install its driver and the Vulkan loader (Debian: apt-get install libvulkan1)',
  'onnx:cpu': 'run npm ci again',
  'tensorflow:gpu': 'with an NVIDIA card: npm run tensorflow -- --gpu',
  'tensorflow:webgpu': 'run npm ci with optional packages; it needs a graphics card and Vulkan',
  'tensorflow:cpu': 'npm run tensorflow',
  'tensorflow:wasm': 'run npm ci again',
};

const NVIDIA = '/proc/driver/nvidia/gpus';

const nvidiaCards = async (): Promise<string[]> => {
  const cards = await readdir(NVIDIA).catch(() => []);
  const facts = await Promise.all(cards.map((card) => readFile(join(NVIDIA, card, 'information'), 'utf8').catch(() => '')));
  return facts.map((text) => /^Model:\s*(.+)$/m.exec(text)?.[1] ?? 'NVIDIA card');
};

const examineDevices = async (): Promise<Finding[]> => {
  const nvidia = await nvidiaCards();
  const adapter = await findGraphicsAdapter();
  const card =
    nvidia.length > 0
      ? there('graphics card', nvidia.join(', '))
      : absent('graphics card', 'no NVIDIA card is seen', 'networks run on the processor; CUDA needs an NVIDIA card and its driver');
  if ('absent' in adapter) return [card, absent('webgpu', adapter.absent, REMEDIES['onnx:webgpu'])];
  const half = adapter.halfFloats ? ', with 16-bit floats' : '';
  return [
    card,
    adapter.software
      ? absent('webgpu', `${adapter.name} draws on the processor: right and slow`, 'good for tests; never chosen by itself')
      : there('webgpu', `${adapter.name}${half}`),
  ];
};

const tryEngine = async (bundle: Bundle, name: EngineName): Promise<Finding> => {
  try {
    await using engine = await createNetworkEngine(bundle, networkData(bundle, name, defaultThreads()));
    return there(`engine ${name}`, `runs ${bundle.card.name}: ${engine.tileMs.toFixed(1)} ms for a tile`);
  } catch (error) {
    return absent(`engine ${name}`, faultLine(toFault(error)), REMEDIES[name]);
  }
};

/** Engines by what files say, or (`run`) by running the model on each that seems to be there; what draws on the processor is not run. */
const examineEngines = async (bundle: Bundle | undefined, run: boolean): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, present, reason, software } of listEngines()) {
    if (!present) findings.push(absent(`engine ${name}`, reason, REMEDIES[name]));
    else if (run && bundle !== undefined && !software) findings.push(await tryEngine(bundle, name));
    else findings.push(there(`engine ${name}`, reason));
  }
  return findings;
};

const examineTensorFlow = async (): Promise<Finding[]> => {
  const { cpu, gpu } = installedNative();
  const detail = [cpu ? 'for the processor' : '', gpu ? 'for CUDA' : ''].filter((part) => part !== '').join(' and ');
  const native =
    detail === ''
      ? absent('native TensorFlow', 'not installed', 'npm run tensorflow makes training much faster; counting does without')
      : there('native TensorFlow', `installed ${detail}`);
  try {
    const { backend, note } = await loadTensorFlow('auto');
    return [
      native,
      backend === 'wasm' || backend === 'cpu'
        ? absent('training', `${backend}: ${note}`, 'it works and is slow: npm run tensorflow')
        : there('training', `${backend}: ${note}`),
    ];
  } catch (error) {
    return [native, absent('training', faultLine(toFault(error)), 'npm run tensorflow; counting does without')];
  }
};

/** Who can compute, the model they would run, and training. */
export const examineComputing = async (model: string, run: boolean): Promise<Finding[]> => {
  let bundle: Bundle | undefined;
  let described: Finding;
  try {
    bundle = await loadBundle(model);
    const { card } = bundle;
    const draws = card.masks === undefined ? 'draws no outlines' : `draws ${card.masks.planes.join(' and ')}`;
    described = there(`model ${model}`, `${card.name} ${card.version}, ${card.classes.join(', ')}, ${draws}, every file as its card says`);
  } catch (error) {
    described = missing(`model ${model}`, faultLine(toFault(error)), 'give another one with --model');
  }
  return [...(await examineDevices()), ...(await examineEngines(bundle, run)), described, ...(await examineTensorFlow())];
};
