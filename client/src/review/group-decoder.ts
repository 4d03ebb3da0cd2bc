import { faultLine } from '../live/fault-line.ts';
import type { PictureGroup } from './video-track.ts';

/** Pictures of one group, as far as they are decoded; closed by who holds it. */
export type DecodedGroup = Disposable & {
  readonly group: PictureGroup;
  readonly bytes: number;
  /** Whether every picture is decoded. */
  readonly isWhole: boolean;
  /** Settles with the picture of a sample; rejects where it cannot be decoded, or the decoding was given up. */
  picture(sample: number): Promise<VideoFrame>;
};

const MICROSECONDS = 1000;

/**
 * Decodes a group of pictures with WebCodecs: those up to the one that is waited for first, so that it is there soonest. `data` holds the file's bytes
 * from the first sample of the group on. Pictures are in memory of this process and not of a graphics card, which has room for few.
 */
export const decodeGroup = (group: PictureGroup, data: ArrayBuffer, onFail: (why: string) => void): DecodedGroup => {
  const { samples, config, widthPx, heightPx } = group;
  const pictures = samples.map(() => Promise.withResolvers<VideoFrame>());
  for (const { promise } of pictures) promise.catch(() => {});
  const byTime = new Map(samples.map(({ ms }, i) => [Math.round(ms * MICROSECONDS), i]));
  const shown: VideoFrame[] = [];
  let closed = false;
  const giveUp = (why: string) => {
    for (const { reject } of pictures) reject(new Error(why));
  };
  const decoder = new VideoDecoder({
    output: (frame) => {
      const at = byTime.get(frame.timestamp);
      if (closed || at === undefined) {
        frame.close();
        return;
      }
      shown.push(frame);
      pictures[at]!.resolve(frame);
    },
    error: (error) => {
      giveUp(error.message);
      if (!closed) onFail(error.message);
    },
  });
  const stop = () => {
    if (decoder.state !== 'closed') decoder.close();
    giveUp('not decoded');
  };
  try {
    decoder.configure({ ...config, hardwareAcceleration: 'prefer-software' });
    const first = samples[0]!.offset;
    for (const { ms, offset, bytes, key } of samples)
      decoder.decode(
        new EncodedVideoChunk({
          type: key ? 'key' : 'delta',
          timestamp: Math.round(ms * MICROSECONDS),
          data: new Uint8Array(data, offset - first, bytes),
        }),
      );
    decoder.flush().then(
      () => stop(),
      () => {},
    );
  } catch (error) {
    stop();
    onFail(faultLine(error));
  }
  return {
    group,
    bytes: samples.length * widthPx * heightPx * 1.5,
    get isWhole() {
      return shown.length === samples.length;
    },
    picture: (sample) => pictures[sample]!.promise,
    [Symbol.dispose]: () => {
      closed = true;
      stop();
      for (const frame of shown) frame.close();
    },
  };
};
