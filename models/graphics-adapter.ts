import { existsSync, readdirSync } from 'node:fs';

/** A graphics adapter that WebGPU reaches. `software`: it draws on the processor, right and slow. */
export type GraphicsAdapter = {
  readonly name: string;
  readonly software: boolean;
  readonly halfFloats: boolean;
  /** Puts it where TensorFlow.js looks for it: in this thread's `navigator`. */
  provide(): void;
};

/** The part of WebGPU that is looked at. */
type Gpu = {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<
    | {
        readonly info: {
          readonly vendor: string;
          readonly architecture: string;
          readonly device: string;
          readonly isFallbackAdapter?: boolean;
        };
        readonly features: ReadonlySet<string>;
      }
    | undefined
  >;
};

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;
const VULKAN_LOADERS = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];

const namesVulkanDriver = (): boolean => ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].some((name) => (process.env[name] ?? '') !== '');

/** What the files of the system say of WebGPU, without loading anything. A driver named in the environment is taken at its word. */
export const guessGraphics = (): { readonly present: boolean; readonly software: boolean; readonly reason: string } => {
  if (process.platform === 'darwin') return { present: true, software: false, reason: 'Metal is part of the system' };
  if (process.platform === 'win32') return { present: true, software: false, reason: 'Direct3D 12 is part of the system' };
  if (process.platform !== 'linux')
    return { present: false, software: false, reason: `nothing is known of graphics on ${process.platform}` };
  if (namesVulkanDriver()) return { present: true, software: true, reason: 'a Vulkan driver is named in the environment' };
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri').filter((entry) => entry.startsWith('renderD')) : [];
  if (nodes.length === 0 && !existsSync('/dev/nvidia0'))
    return { present: false, software: false, reason: 'no graphics card (no /dev/dri/renderD*, no /dev/nvidia0)' };
  if (!VULKAN_LOADERS.some((dir) => existsSync(`${dir}/libvulkan.so.1`)))
    return { present: false, software: false, reason: 'libvulkan.so.1 is not installed' };
  return { present: true, software: false, reason: 'a graphics card and Vulkan are there' };
};

/** Asks WebGPU (the package `webgpu`, Dawn) for its adapter. The process stays alive no longer for it. */
export const findGraphicsAdapter = async (): Promise<GraphicsAdapter | { readonly absent: string }> => {
  const guess = guessGraphics();
  if (!guess.present) return { absent: guess.reason };
  const packageName = 'webgpu';
  try {
    const { create, globals } = (await import(packageName)) as { create(options: readonly string[]): Gpu; globals: object };
    const gpu = create([]);
    const adapter = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
    if (adapter === undefined) return { absent: 'WebGPU finds no adapter' };
    const { vendor, architecture, device, isFallbackAdapter } = adapter.info;
    const name = [vendor, architecture, device].filter((part) => part !== '').join(' ');
    return {
      name,
      software: isFallbackAdapter === true || SOFTWARE.test(name),
      halfFloats: adapter.features.has('shader-f16'),
      provide: () => {
        Object.assign(globalThis, globals);
        Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
      },
    };
  } catch (error) {
    return { absent: `the package webgpu cannot be used (${String(error instanceof Error ? error.message : error).split('\n')[0]})` };
  }
};
