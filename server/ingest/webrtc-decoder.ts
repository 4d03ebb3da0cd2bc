import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_KEY,
  FF_THREAD_SLICE,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame as NativeFrame, Packet, Rational } from 'node-av/lib';
import { quietFfmpeg } from './quiet-ffmpeg.ts';
import type { WebrtcCodec } from './webrtc-codecs.ts';

quietFfmpeg();

/** A picture as it came over the network. `ptsMs` counts from the stream's first. */
export type CodedPicture = { readonly bytes: Buffer; readonly ptsMs: number; readonly isKeyframe: boolean };

export type WebrtcDecoder = Disposable & {
  /** Decodes a picture on the calling thread; lends each that is ready to `onPicture` until that settles. `false` where it cannot be decoded. One call at a time. */
  decode(picture: CodedPicture): Promise<boolean>;
};

const DECODERS = { VP8: AV_CODEC_ID_VP8, VP9: AV_CODEC_ID_VP9, AV1: AV_CODEC_ID_AV1, H264: AV_CODEC_ID_H264 } as const;

/** A decoder that gives each picture out as soon as it is there. Throws where FFmpeg lacks the codec. */
export const openWebrtcDecoder = (
  { name }: WebrtcCodec,
  onPicture: (native: NativeFrame, ptsMs: number) => Promise<void>,
): WebrtcDecoder => {
  const codec = Codec.findDecoder(DECODERS[name]);
  if (codec === null) throw new Error(`no decoder for ${name}`);
  using cleanUp = new DisposableStack();
  const context = cleanUp.adopt(new CodecContext(), (opened) => opened.freeContext());
  context.allocContext3(codec);
  context.pktTimebase = new Rational(1, 1000);
  // Threads that work on several pictures at once would hold each back by as many.
  context.threadType = FF_THREAD_SLICE;
  context.threadCount = 2;
  context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
  FFmpegError.throwIfError(context.open2Sync(codec, null), `starting the ${name} decoder`);
  const packet = cleanUp.adopt(new Packet(), (made) => made.free());
  packet.alloc();
  const native = cleanUp.adopt(new NativeFrame(), (made) => made.free());
  native.alloc();
  const owned = cleanUp.move();
  return {
    decode: async ({ bytes, ptsMs, isKeyframe }) => {
      packet.data = bytes;
      packet.pts = BigInt(Math.round(ptsMs));
      if (isKeyframe) packet.flags = AV_PKT_FLAG_KEY;
      const sent = context.sendPacketSync(packet);
      packet.unref();
      if (sent < 0) return false;
      while (context.receiveFrameSync(native) >= 0) {
        const pts = native.bestEffortTimestamp;
        await onPicture(native, pts === AV_NOPTS_VALUE ? ptsMs : Number(pts));
        native.unref();
      }
      return true;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
};
