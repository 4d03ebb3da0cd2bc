import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { sourceFault } from './source-fault.ts';

type Ports = { readonly pool: FramePool; readonly signal?: AbortSignal };

const absent = (address: string) => sourceFault(address, 'there is no virtual microscope', 'give another source');

export const playVirtualMicroscope = async (
  address: string,
  _ports: Ports & { readonly take: (frame: Frame) => void; readonly onStart: ((openedAt: number) => void) | undefined },
): Promise<void> => {
  throw absent(address);
};

// biome-ignore lint/correctness/useYield: nothing to give yet
export async function* readVirtualMicroscope(address: string, _ports: Ports): AsyncGenerator<Frame, void, undefined> {
  throw absent(address);
}
