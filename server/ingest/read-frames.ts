import type { Frame } from '../../domain/frame.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';
import { recordedClock } from './capture-clock.ts';
import { lookAtPath } from './image-files.ts';
import { mediaTarget } from './media-target.ts';
import { openImages, openVideo, type PictureSource } from './picture-source.ts';
import { parseSourceAddress, type SourceAddress } from './source-address.ts';
import type { OnSourceEvent } from './source-event.ts';
import { sourceFault } from './source-fault.ts';
import { whenFree } from './when-free.ts';

export type ReadFramesOptions = {
  readonly pool: FramePool;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnSourceEvent;
};

export type OpenedAddress = Exclude<SourceAddress, { kind: 'simulate' | 'whip' }>;

/** Opens what an address stands for. Faults: `source`. */
export const openPictures = async (
  address: OpenedAddress,
  pool: FramePool,
  signal: AbortSignal | undefined,
  onEvent: OnSourceEvent,
  live: boolean,
): Promise<PictureSource> => {
  if (address.kind === 'path') {
    const content = await lookAtPath(address.path, address.label);
    if (content.kind === 'images') return openImages(content.paths, address.label, pool, signal, onEvent);
  }
  const target = mediaTarget(address);
  return openVideo({ ...target, live: live && target.live }, pool, signal === undefined ? {} : { signal }, onEvent);
};

/**
 * Every frame of a source, as fast as the consumer takes them and none dropped: a full pool is waited for. The consumer owns each frame.
 * Capture times count from the first frame. A source that breaks off ends with a `warning` event after the frames that could be read.
 * Faults: `source`, also when not one frame could be read. An abort throws the signal's reason.
 */
export async function* readFrames(
  address: string,
  { pool, signal, onEvent = () => {} }: ReadFramesOptions,
): AsyncGenerator<Frame, void, undefined> {
  const parsed = parseSourceAddress(address);
  if (parsed.kind === 'simulate') {
    const { readVirtualMicroscope } = await import('../microscope/virtual-microscope.ts');
    yield* readVirtualMicroscope(parsed.address, { pool, ...(signal === undefined ? {} : { signal }) });
    return;
  }
  if (parsed.kind === 'whip')
    throw sourceFault(parsed.label, 'publishers send to the service alone', 'run smearscope serve --source whip:');
  await using pictures = await openPictures(parsed, pool, signal, onEvent, false);
  const clock = recordedClock(pictures.frameMs);
  let id = 0;
  for (let picture = await pictures.next(); picture !== undefined; picture = await pictures.next()) {
    const came = picture;
    const capturedAtMs = clock.at(came.ptsMs, 0);
    yield await whenFree(() => came.toFrame(id, capturedAtMs), signal);
    id++;
  }
  const loss = pictures.loss();
  if (id === 0) throw sourceFault(parsed.label, loss ?? 'not one picture could be read', 'record or copy it again');
  if (loss !== undefined) onEvent({ type: 'warning', text: `${parsed.label}: ${loss}` });
}
