import { AV_CODEC_FLAG_LOW_DELAY, AV_DISPOSITION_ATTACHED_PIC, AVMEDIA_TYPE_VIDEO, FF_THREAD_SLICE } from 'node-av/constants';
import { Codec, CodecContext, type FormatContext, type Stream } from 'node-av/lib';
import type { MediaTarget } from './media-target.ts';
import { faultFromCode, sourceFault } from './source-fault.ts';

/** The video of an open container; a picture on the cover of a record is none. Faults: `source`. */
export const videoStream = (context: FormatContext, target: MediaTarget): Stream => {
  const index = context.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = index < 0 ? undefined : context.streams[index];
  if (stream === undefined || (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0) {
    throw sourceFault(target.label, 'there is no video in it', 'give a video file, a folder of images or a stream');
  }
  return stream;
};

/** A decoder at work on a stream; the caller frees it. Faults: `source`. */
export const openDecoder = async (stream: Stream, target: MediaTarget): Promise<CodecContext> => {
  const { codecpar } = stream;
  const codec = Codec.findDecoder(codecpar.codecId);
  if (codec === null) throw sourceFault(target.label, 'its codec is not supported', 'convert it to H.264');
  const decoder = new CodecContext();
  try {
    decoder.allocContext3(codec);
    decoder.parametersToContext(codecpar);
    decoder.pktTimebase = stream.timeBase;
    decoder.threadCount = 0;
    if (target.live) {
      // Threads that work on several pictures at once would hold each back by as many.
      decoder.threadType = FF_THREAD_SLICE;
      decoder.setFlags(AV_CODEC_FLAG_LOW_DELAY);
    }
    const opened = await decoder.open2(codec, null);
    if (opened < 0) throw faultFromCode(target.label, opened, 'starting the decoder');
    return decoder;
  } catch (error) {
    decoder.freeContext();
    throw error;
  }
};
