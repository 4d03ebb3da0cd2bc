import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EINVAL, AVERROR_EIO, AVERROR_EOF, AVERROR_INVALIDDATA } from 'node-av/constants';
import { type CodecContext, Dictionary, FormatContext, InputFormat, Frame as NativeFrame, Packet, type Stream } from 'node-av/lib';
import { type CallGuard, createCallGuard } from './call-guard.ts';
import type { MediaTarget } from './media-target.ts';
import { openDecoder, videoStream } from './open-decoder.ts';
import { quietFfmpeg } from './quiet-ffmpeg.ts';
import { faultFromCode, sourceFault } from './source-fault.ts';

/** A decoded picture in FFmpeg's memory. `ptsMs` is on the stream's clock, `undefined` where the stream gives none. */
export type DecodedPicture = { readonly native: NativeFrame; readonly ptsMs: number | undefined };

/** An open video: one picture after the other. */
export type MediaInput = AsyncDisposable & {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Nominal time between two pictures. */
  readonly frameMs: number;
  /** Length, where the container says so: it is a clip and not a stream. */
  readonly durationMs: number | undefined;
  /** Number of pictures, where the container says so. */
  readonly pictures: number | undefined;
  /** Packets that could not be decoded so far. */
  readonly damagedPackets: number;
  /** Whether the end was reached in an orderly way; `undefined` before the end. */
  readonly endedWell: boolean | undefined;
  /** The next picture, valid until the next call; `undefined` at the end, be it early. Throws the signal's reason when aborted. */
  next(): Promise<DecodedPicture | undefined>;
};

export type MediaInputOptions = {
  readonly signal?: AbortSignal;
  readonly openTimeoutMs?: number;
  readonly readTimeoutMs?: number;
};

const FASTEST_FRAMES_PER_S = 1000;
const FALLBACK_FRAME_MS = 40;
/** How much of a live stream is looked at before its first picture. */
const LIVE_ANALYSIS_US = 1_500_000n;
/** Broken packets one after the other, after which a stream is given up. */
const MAX_DAMAGED_IN_A_ROW = 300;

quietFfmpeg();

/** Codes that mean something else than usual for the kind of source. */
const openingFault = (target: MediaTarget, code: number) => {
  if (target.kind === 'url' && code === AVERROR_INVALIDDATA) {
    return sourceFault(target.label, 'what answers there is not a video stream', 'check the address', true);
  }
  if (target.kind === 'url' && code === AVERROR_EIO) {
    return sourceFault(target.label, 'the host cannot be found or gives no answer', 'check the address', true);
  }
  // A container that is not on the list, a playlist for one.
  return faultFromCode(target.label, target.kind === 'file' && code === AVERROR_EINVAL ? AVERROR_INVALIDDATA : code, 'opening');
};

const openContainer = async (context: FormatContext, guard: CallGuard, target: MediaTarget, openTimeoutMs: number): Promise<void> => {
  const format = target.format === undefined ? null : InputFormat.findInputFormat(target.format);
  if (target.format !== undefined && format === null) {
    throw sourceFault(target.label, `this build cannot open ${target.format} devices`, 'use a stream or a file');
  }
  using options = Dictionary.fromObject(target.options);
  context.allocContext();
  if (target.live) context.maxAnalyzeDuration = LIVE_ANALYSIS_US;
  const startedAt = performance.now();
  const opened = await guard.within(openTimeoutMs, () => context.openInput(target.url, format, options));
  if (opened < 0) throw openingFault(target, opened);
  const leftMs = Math.max(1000, openTimeoutMs - (performance.now() - startedAt));
  const known = await guard.within(leftMs, () => context.findStreamInfo(null));
  if (known < 0) throw faultFromCode(target.label, known, 'reading the beginning');
};

const rate = ({ num, den }: { readonly num: number; readonly den: number }): number => (den > 0 ? num / den : 0);

const frameMs = (stream: Stream): number => {
  for (const fps of [rate(stream.avgFrameRate), rate(stream.rFrameRate)]) if (fps > 0 && fps <= FASTEST_FRAMES_PER_S) return 1000 / fps;
  return FALLBACK_FRAME_MS;
};

/** The decode loop: packets in, pictures out, every native handle given back. */
const createReader = (context: FormatContext, decoder: CodecContext, stream: Stream, guard: CallGuard, readTimeoutMs: number) => {
  const packet = new Packet();
  packet.alloc();
  const native = new NativeFrame();
  native.alloc();
  const streamIndex = stream.index;
  const timeBaseMs = 1000 * rate(stream.timeBase);
  let damagedPackets = 0;
  let damagedInARow = 0;
  let endedWell: boolean | undefined;

  /** Feeds the decoder one packet, or its flush at the end of the stream. */
  const feed = async (): Promise<void> => {
    for (;;) {
      const read = await guard.within(readTimeoutMs, () => context.readFrame(packet));
      if (read < 0) {
        if (read === AVERROR_EAGAIN) continue;
        endedWell = read === AVERROR_EOF;
        await decoder.sendPacket(null);
        return;
      }
      try {
        if (packet.streamIndex !== streamIndex) continue;
        const sent = await decoder.sendPacket(packet);
        if (sent >= 0) return;
        damagedPackets++;
        if (++damagedInARow < MAX_DAMAGED_IN_A_ROW) continue;
        endedWell = false;
        await decoder.sendPacket(null);
        return;
      } finally {
        packet.unref();
      }
    }
  };

  return {
    counters: {
      get damagedPackets() {
        return damagedPackets;
      },
      get endedWell() {
        return endedWell;
      },
    },
    next: async (): Promise<DecodedPicture | undefined> => {
      native.unref();
      for (;;) {
        const received = await decoder.receiveFrame(native);
        if (received >= 0) {
          damagedInARow = 0;
          const pts = native.bestEffortTimestamp;
          return { native, ptsMs: pts === AV_NOPTS_VALUE ? undefined : Number(pts) * timeBaseMs };
        }
        if (received === AVERROR_EAGAIN) await feed();
        else if (received === AVERROR_EOF || endedWell !== undefined) return undefined;
        else damagedPackets++;
      }
    },
    free: () => {
      packet.free();
      native.free();
    },
  };
};

/** Opens a video and its decoder. Faults: `source`. An abort ends any wait at once, with the signal's reason. */
export const openMedia = async (
  target: MediaTarget,
  { signal, openTimeoutMs = 10_000, readTimeoutMs = 5000 }: MediaInputOptions = {},
): Promise<MediaInput> => {
  await using cleanUp = new AsyncDisposableStack();
  const context = new FormatContext();
  cleanUp.defer(() => context.closeInput());
  const guard = createCallGuard(context, target, signal);
  cleanUp.defer(guard.release);
  await openContainer(context, guard, target, openTimeoutMs);
  const stream = videoStream(context, target);
  const decoder = await openDecoder(stream, target);
  cleanUp.defer(() => decoder.freeContext());
  const reader = createReader(context, decoder, stream, guard, readTimeoutMs);
  cleanUp.defer(reader.free);

  const { codecpar, nbFrames } = stream;
  const owned = cleanUp.move();
  let closed = false;
  return {
    widthPx: codecpar.width,
    heightPx: codecpar.height,
    frameMs: frameMs(stream),
    durationMs: context.duration > 0n ? Number(context.duration) / 1000 : undefined,
    pictures: nbFrames > 0n ? Number(nbFrames) : undefined,
    get damagedPackets() {
      return reader.counters.damagedPackets;
    },
    get endedWell() {
      return reader.counters.endedWell;
    },
    next: reader.next,
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      closed = true;
      await owned.disposeAsync();
    },
  };
};
