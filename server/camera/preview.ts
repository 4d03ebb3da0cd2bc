import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import type { JpegEncoder } from '../ingest/jpeg-encoder.ts';
import type { NewsChannel } from './news-channel.ts';

/** Pictures that are made at once; encoding runs beside counting and must not grow a queue. */
const MAX_ENCODING = 2;
/** Without viewers the counts are still told, so often. */
const UNWATCHED_EVERY_MS = 250;

/** Sends reports to the server, each with the JPEG of its own frame while somebody looks. */
export type Preview = {
  /** Borrows the frame. `capturedAtMs` is on the clock of `sinceOpenMs`. */
  show(frame: Frame, report: FieldReport): void;
  watch(watched: boolean): void;
  /** Settles when every picture that was begun is sent. */
  settled(): Promise<void>;
};

/**
 * A picture that cannot be encoded or sent in time is not sent, and counted as dropped by `preview` in the reports that follow.
 * `sinceOpenMs` is the present time on the clock of the frames, from which latency is told.
 */
export const createPreview = (encoder: JpegEncoder, channel: NewsChannel, sinceOpenMs: () => number): Preview => {
  let watched = false;
  let encoding = 0;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let inOrder: Promise<void> = Promise.resolve();

  const counted = (report: FieldReport): FieldReport =>
    dropped === 0 ? report : { ...report, frames: { ...report.frames, dropped: { ...report.frames.dropped, preview: dropped } } };

  return {
    show: (frame, report) => {
      if (!watched) {
        if (report.capturedAtMs - toldAt < UNWATCHED_EVERY_MS) return;
        toldAt = report.capturedAtMs;
        channel.tell({ type: 'frame', report: counted(report), latencyMs: sinceOpenMs() - report.capturedAtMs });
        return;
      }
      if (encoding >= MAX_ENCODING || channel.behind) {
        dropped++;
        return;
      }
      encoding++;
      const shown = frame.retain();
      // A picture that cannot be encoded is a picture less, not the end of counting.
      const picture = encoder
        .encode(shown)
        .catch(() => undefined)
        .finally(() => {
          shown[Symbol.dispose]();
          encoding--;
        });
      inOrder = inOrder.then(async () => {
        const bytes = await picture;
        if (bytes === undefined) dropped++;
        else channel.tell({ type: 'frame', report: counted(report), picture: bytes, latencyMs: sinceOpenMs() - report.capturedAtMs });
      });
    },
    watch: (now) => {
      watched = now;
    },
    settled: () => inOrder,
  };
};
