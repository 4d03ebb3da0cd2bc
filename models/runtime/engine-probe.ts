import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OnnxProvider } from './onnx-messages.ts';

/** Whether an engine may run on this machine, and why it is thought so. */
export type EngineProbe = { readonly name: `onnx:${OnnxProvider}`; readonly present: boolean; readonly reason: string };

const runtimeDir = (): string => {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
};

const CUDA_LIBRARIES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libonnxruntime_providers_cuda.so',
  win32: 'onnxruntime_providers_cuda.dll',
};

const probeCuda = (): EngineProbe => {
  const library = CUDA_LIBRARIES[process.platform];
  if (library === undefined) return { name: 'onnx:cuda', present: false, reason: 'there is no CUDA on this platform' };
  const present = existsSync(join(runtimeDir(), library));
  return { name: 'onnx:cuda', present, reason: present ? 'its provider library is installed' : `${library} is not installed` };
};

const VULKAN_LOADERS = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];

/** Vulkan may be drawn by the processor, which is no gain: only a render node of a graphics card speaks for a real adapter. */
const probeLinuxWebGpu = (): Omit<EngineProbe, 'name'> => {
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((entry) => entry.startsWith('renderD')) : [];
  if (nodes.length === 0 && !existsSync('/dev/nvidia0'))
    return { present: false, reason: 'no graphics card (no /dev/dri/renderD*, no /dev/nvidia0)' };
  if (!VULKAN_LOADERS.some((dir) => existsSync(join(dir, 'libvulkan.so.1'))))
    return { present: false, reason: 'libvulkan.so.1 is not installed' };
  return { present: true, reason: 'a graphics card and Vulkan are there' };
};

const probeWebGpu = (): EngineProbe => {
  switch (process.platform) {
    case 'linux':
      return { name: 'onnx:webgpu', ...probeLinuxWebGpu() };
    case 'darwin':
      return { name: 'onnx:webgpu', present: true, reason: 'Metal is part of the system' };
    case 'win32':
      return { name: 'onnx:webgpu', present: true, reason: 'Direct3D 12 is part of the system' };
    default:
      return { name: 'onnx:webgpu', present: false, reason: `nothing is known of graphics on ${process.platform}` };
  }
};

/** Every engine with whether it may run here, the most promising first. Looks at files only; loading is the proof. */
export const listEngines = (): readonly EngineProbe[] => [
  probeCuda(),
  probeWebGpu(),
  { name: 'onnx:cpu', present: true, reason: 'always there' },
];
