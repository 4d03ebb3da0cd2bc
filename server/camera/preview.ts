import { Subject } from 'rxjs';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { latestMap } from '../../pipelines/operators/latest-map.ts';
import type { JpegEncoder } from '../ingest/jpeg-encoder.ts';
import type { NewsChannel } from './news-channel.ts';

/** Without viewers the counts are still told, so often. */
const UNWATCHED_EVERY_MS = 250;

type Shown = { readonly frame: Frame; readonly report: FieldReport };

/** Sends reports to the server, each with the JPEG of its own frame while somebody looks. */
export type Preview = {
  /** Borrows the frame. `capturedAtMs` is on the clock of `sinceOpenMs`. */
  show(frame: Frame, report: FieldReport): void;
  watch(watched: boolean): void;
  /** Settles when every picture that was begun is sent. */
  settled(): Promise<void>;
};

/**
 * One picture is encoded at a time, beside counting; of those that come meanwhile the newest waits. A picture that is not sent is
 * counted as dropped by `preview` in the reports that follow. `sinceOpenMs` is the present time on the clock of the frames, from which latency is told.
 */
export const createPreview = (encoder: JpegEncoder, channel: NewsChannel, sinceOpenMs: () => number): Preview => {
  const pictures = new Subject<Shown>();
  let watched = false;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let open = 0;
  const whenSettled: (() => void)[] = [];

  const tell = (report: FieldReport, picture?: Uint8Array): void => {
    const counted =
      dropped === 0 ? report : { ...report, frames: { ...report.frames, dropped: { ...report.frames.dropped, preview: dropped } } };
    const latencyMs = sinceOpenMs() - report.capturedAtMs;
    channel.tell({ type: 'frame', report: counted, ...(picture === undefined ? {} : { picture }), latencyMs });
  };
  const close = ({ frame }: Shown): void => {
    frame[Symbol.dispose]();
    if (--open > 0) return;
    for (const settle of whenSettled.splice(0)) settle();
  };

  pictures
    .pipe(
      latestMap(
        async (shown) => {
          // A picture that cannot be encoded is a picture less, not the end of counting.
          const picture = await encoder.encode(shown.frame).catch(() => undefined);
          if (picture === undefined) dropped++;
          else tell(shown.report, picture);
          close(shown);
        },
        (stale) => {
          dropped++;
          close(stale);
        },
      ),
    )
    .subscribe();

  return {
    show: (frame, report) => {
      if (!watched) {
        if (report.capturedAtMs - toldAt < UNWATCHED_EVERY_MS) return;
        toldAt = report.capturedAtMs;
        tell(report);
      } else if (channel.behind) dropped++;
      else {
        open++;
        pictures.next({ frame: frame.retain(), report });
      }
    },
    watch: (now) => {
      watched = now;
    },
    settled: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve))),
  };
};
