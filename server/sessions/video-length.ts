import { Decoder, Demuxer } from 'node-av';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';

quietFfmpeg();

/** How far a video plays: the time of its last frame that can be decoded, in ms; `undefined` where none can. */
export const videoLengthMs = async (path: string): Promise<number | undefined> => {
  try {
    await using input = await Demuxer.open(path);
    const stream = input.video();
    if (stream === undefined) return undefined;
    using decoder = await Decoder.create(stream);
    let lastMs: number | undefined;
    for await (const frame of decoder.frames(input.packets(stream.index))) {
      if (frame === null) break;
      using shown = frame;
      const { num, den } = shown.timeBase;
      lastMs = (Number(shown.pts) * 1000 * num) / den;
    }
    return lastMs;
  } catch {
    return undefined;
  }
};
