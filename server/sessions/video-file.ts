import { Encoder, Muxer } from 'node-av';
import {
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  FF_ENCODER_H264_AMF,
  FF_ENCODER_H264_NVENC,
  FF_ENCODER_H264_VIDEOTOOLBOX,
  FF_ENCODER_LIBOPENH264,
  FF_ENCODER_LIBX264,
  type FFVideoEncoder,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Packet, Rational } from 'node-av/lib';
import type { Frame } from '../../domain/frame.ts';
import { createPictureIntake, intakeKey, nativeFrame } from '../ingest/picture-intake.ts';
import { quietFfmpeg } from '../ingest/quiet-ffmpeg.ts';

quietFfmpeg();

/** A fragmented MP4 that is being written: what is on disk plays, whatever happens next. */
export type VideoFile = {
  readonly codec: string;
  /** Frames of another key want another file. */
  readonly key: string;
  /** Encodes the frame at a time on the file's clock, later than the one before. Borrows it until the promise settles. */
  write(frame: Frame, videoMs: number): Promise<void>;
  /** Writes what is held back and the end of the file. */
  close(): Promise<void>;
};

const TICKS_PER_MS = 90;
/** A fragment is on disk so often; a key picture begins so often: no more need be decoded to show one picture. */
const FRAGMENT_US = 250_000;
const FRAMES_PER_KEYFRAME = 15;

/** How a file is written that plays to its last fragment, whatever happens. */
export const FRAGMENTED = { movflags: 'frag_keyframe+empty_moov+default_base_moof', frag_duration: FRAGMENT_US, flush_packets: 1 } as const;

/** The quantiser of x264 for a quality of 10 to 100: 16 (hardly told from the original) at 100, 23 at 75. */
const crfOf = (quality: number): number => Math.round(16 + (100 - quality) * 0.28);

type Candidate = { readonly name: FFVideoEncoder; readonly options: Readonly<Record<string, string>>; readonly bitrate: number };

const candidates = (quality: number, pixels: number): readonly Candidate[] => {
  const crf = crfOf(quality);
  // About what x264 takes at that quality.
  const bitrate = Math.round(pixels * 30 * 0.16 * 2 ** ((23 - crf) / 6));
  return [
    { name: FF_ENCODER_H264_NVENC, options: { preset: 'p3', tune: 'll', rc: 'vbr', cq: String(crf), zerolatency: '1' }, bitrate: 0 },
    { name: FF_ENCODER_H264_VIDEOTOOLBOX, options: { realtime: '1' }, bitrate },
    { name: FF_ENCODER_H264_AMF, options: { usage: 'lowlatency' }, bitrate },
    { name: FF_ENCODER_LIBX264, options: { preset: 'ultrafast', tune: 'zerolatency', crf: String(crf) }, bitrate: 0 },
    { name: FF_ENCODER_LIBOPENH264, options: { allow_skip_frames: '0' }, bitrate },
  ];
};

type Look = { readonly widthPx: number; readonly heightPx: number; readonly fullRange: boolean };

const settle = (context: CodecContext, { bitrate }: Candidate, { fullRange }: Look): void => {
  context.framerate = new Rational(30, 1);
  context.gopSize = FRAMES_PER_KEYFRAME;
  context.maxBFrames = 0;
  context.threadCount = 1;
  context.bitRate = BigInt(bitrate);
  context.colorRange = fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  context.colorSpace = AVCOL_SPC_SMPTE170M;
};

/** Whether an encoder makes a packet of a picture here: many are built in whose hardware or driver is missing, and some open all the same. */
const encodes = async (candidate: Candidate, look: Look): Promise<boolean> => {
  const codec = Codec.findEncoderByName(candidate.name);
  if (codec === null) return false;
  using cleanUp = new DisposableStack();
  const context = cleanUp.adopt(new CodecContext(), (made) => made.freeContext());
  const options = cleanUp.use(Dictionary.fromObject({ ...candidate.options }));
  const packet = cleanUp.adopt(new Packet(), (made) => made.free());
  packet.alloc();
  try {
    context.allocContext3(codec);
    context.width = look.widthPx;
    context.height = look.heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, 1000);
    settle(context, candidate, look);
    if ((await context.open2(codec, options)) < 0) return false;
    const picture = cleanUp.adopt(nativeFrame(look.widthPx, look.heightPx, look.fullRange), (made) => made.free());
    picture.pts = 0n;
    if ((await context.sendFrame(picture)) < 0 || (await context.sendFrame(null)) < 0) return false;
    return (await context.receivePacket(packet)) >= 0;
  } catch {
    return false;
  }
};

/** What was found in this process: the answer does not change, and asking takes the time of starting an encoder. */
const found = new Map<string, Promise<boolean>>();
const runs = (candidate: Candidate, look: Look): Promise<boolean> => {
  const key = `${candidate.name} ${look.widthPx}×${look.heightPx} ${look.fullRange}`;
  const answer = found.get(key) ?? encodes(candidate, look);
  found.set(key, answer);
  return answer;
};

/** The first encoder that runs: a hardware one where there is one. */
const openEncoder = async (quality: number, look: Look): Promise<{ encoder: Encoder; codec: string }> => {
  for (const candidate of candidates(quality, look.widthPx * look.heightPx)) {
    if (!(await runs(candidate, look))) continue;
    const configure = (context: CodecContext): void => settle(context, candidate, look);
    return { encoder: await Encoder.create(candidate.name, { configure, options: { ...candidate.options } }), codec: candidate.name };
  }
  throw new Error('no H.264 encoder is there');
};

/** Opens a video file for frames like this one. `quality` from 10 to 100. Throws what FFmpeg says where it cannot be written. */
export const openVideoFile = async (path: string, like: Frame, quality: number): Promise<VideoFile> => {
  await using cleanUp = new AsyncDisposableStack();
  const intake = cleanUp.use(createPictureIntake(like, Number.MAX_SAFE_INTEGER, false));
  const { encoder, codec } = await openEncoder(quality, intake);
  cleanUp.defer(() => encoder.close());
  const muxer = await Muxer.open(path, {
    format: 'mp4',
    useSyncQueue: false,
    options: FRAGMENTED,
  });
  cleanUp.defer(() => muxer.close());
  const stream = muxer.addStream(encoder);
  let lastTicks = -1n;
  const pass = async (picture: Parameters<Encoder['encodeAll']>[0]): Promise<void> => {
    for (const packet of await encoder.encodeAll(picture)) {
      using written = packet;
      await muxer.writePacket(written, stream);
    }
  };
  const owned = cleanUp.move();
  return {
    codec,
    key: intakeKey(like),
    write: async (frame, videoMs) => {
      const picture = await intake.take(frame);
      picture.format = AV_PIX_FMT_YUV420P;
      picture.timeBase = new Rational(1, 1000 * TICKS_PER_MS);
      const ticks = BigInt(Math.round(videoMs * TICKS_PER_MS));
      lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n;
      picture.pts = lastTicks;
      await pass(picture);
    },
    close: async () => {
      await pass(null).catch(() => {});
      await owned.disposeAsync();
    },
  };
};
