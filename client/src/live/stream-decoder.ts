import type { FieldReport } from '../../../domain/field-report.ts';
import { faultLine } from './fault-line.ts';
import type { DecoderEvents } from './picture-decoder.ts';

/** A chunk of the coded stream as the live protocol brings it. */
export type StreamChunk = { readonly codec: string; readonly key: boolean; readonly data: Uint8Array };

export type StreamDecoder = Disposable & {
  take(report: FieldReport, chunk: StreamChunk): void;
  /** Gives up what is being decoded, and begins again at the next keyframe. */
  restart(): void;
};

/** Chunks that the decoder may have before it; beyond, it is slower than the camera and begins again at a keyframe. */
const MOST_PENDING = 8;

export const canDecodeStreams = (): boolean => 'VideoDecoder' in globalThis;

/**
 * Decodes the coded stream with WebCodecs. The timestamp of each chunk is the id of its frame, and comes out again with the decoded picture: by it the
 * picture finds its own report. `onLost` is called where only a keyframe helps, `onFailed` where this browser cannot decode the stream at all.
 */
export const createStreamDecoder = (
  on: DecoderEvents & { readonly lost: () => void; readonly failed: (why: string) => void },
): StreamDecoder => {
  const reports = new Map<number, FieldReport>();
  let decoder: VideoDecoder | undefined;
  let codec = '';
  let waitsForKey = true;
  let failures = 0;

  const forget = () => {
    for (const _ of reports) on.skipped();
    reports.clear();
    waitsForKey = true;
  };
  const show = (frame: VideoFrame) => {
    const report = reports.get(frame.timestamp);
    if (!report) {
      frame.close();
      return;
    }
    // Pictures come out in the order of their chunks: one that was passed over never comes.
    for (const id of reports.keys()) {
      reports.delete(id);
      if (id === frame.timestamp) break;
      on.skipped();
    }
    failures = 0;
    on.shown({ picture: { frameId: report.frameId, image: frame, widthPx: frame.displayWidth }, report });
  };
  const lose = () => {
    forget();
    on.lost();
  };
  const fail = (error: unknown) => {
    decoder = undefined;
    failures += 1;
    if (failures > 2) on.failed(faultLine(error));
    else lose();
  };
  const stop = () => {
    if (decoder && decoder.state !== 'closed') decoder.close();
    decoder = undefined;
    reports.clear();
    waitsForKey = true;
  };
  const begin = (asked: string): VideoDecoder => {
    if (decoder?.state === 'configured' && codec === asked) return decoder;
    stop();
    codec = asked;
    decoder = new VideoDecoder({ output: show, error: fail });
    decoder.configure({ codec, optimizeForLatency: true });
    return decoder;
  };

  return {
    take(report, { codec: asked, key, data }) {
      if (waitsForKey && !key) {
        on.skipped();
        return;
      }
      if (!key && reports.size >= MOST_PENDING) {
        on.skipped();
        lose();
        return;
      }
      try {
        const ready = key ? begin(asked) : decoder;
        if (!ready) return;
        waitsForKey = false;
        reports.set(report.frameId, report);
        ready.decode(
          new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: report.frameId, data: data as Uint8Array<ArrayBuffer> }),
        );
      } catch (error) {
        fail(error);
      }
    },
    restart: stop,
    [Symbol.dispose]: stop,
  };
};
