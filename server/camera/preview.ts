import { Subject } from 'rxjs';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { latestMap } from '../../pipelines/operators/latest-map.ts';
import type { JpegEncoder } from '../ingest/jpeg-encoder.ts';
import type { Watched } from './camera-messages.ts';
import type { NewsChannel } from './news-channel.ts';
import type { VideoChunk, VideoEncoder } from './video-encoder.ts';

/** Without viewers the counts are still told, so often. */
const UNWATCHED_EVERY_MS = 250;

type Shown = { readonly frame: Frame; readonly report: FieldReport; readonly still: boolean };

/** Sends reports to the server, each with pictures of its own frame while somebody looks: a JPEG, a chunk of the coded stream, or both. */
export type Preview = {
  /** Borrows the frame. `capturedAtMs` is on the clock of `sinceOpenMs`. */
  show(frame: Frame, report: FieldReport): void;
  /** Shows what will stay on the screen for a while: as a JPEG too, for whoever comes to look at it later. Borrows the frame. */
  showStill(frame: Frame, report: FieldReport): void;
  watch(watched: Watched): void;
  /** Has the coded stream begin anew. */
  askForKeyframe(): void;
  /** Settles when every picture that was begun is sent. */
  settled(): Promise<void>;
};

export type PreviewEncoders = { readonly jpeg: JpegEncoder; readonly video: VideoEncoder };

/**
 * One frame is encoded at a time, beside counting and once for all viewers; of those that come meanwhile the newest waits. A picture that is not sent is
 * counted as dropped by `preview` in the reports that follow. Frames are dropped before they are encoded, so that the coded stream has no gaps.
 * `sinceOpenMs` is the present time on the clock of the frames, from which latency is told.
 */
export const createPreview = (encoders: PreviewEncoders, channel: NewsChannel, sinceOpenMs: () => number): Preview => {
  const pictures = new Subject<Shown>();
  let watched: Watched = { jpeg: false, video: false };
  let canCode = true;
  let dropped = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let open = 0;
  const whenSettled: (() => void)[] = [];

  const tell = (report: FieldReport, picture?: Uint8Array, video?: VideoChunk): void => {
    const counted =
      dropped === 0 ? report : { ...report, frames: { ...report.frames, dropped: { ...report.frames.dropped, preview: dropped } } };
    const latencyMs = sinceOpenMs() - report.capturedAtMs;
    channel.tell({
      type: 'frame',
      report: counted,
      ...(picture === undefined ? {} : { picture }),
      ...(video === undefined ? {} : { video }),
      latencyMs,
    });
  };
  const close = ({ frame }: Shown): void => {
    frame[Symbol.dispose]();
    if (--open > 0) return;
    for (const settle of whenSettled.splice(0)) settle();
  };
  const code = async (frame: Frame): Promise<VideoChunk | undefined> => {
    try {
      return await encoders.video.encode(frame);
    } catch {
      // Viewers of the stream are given JPEG from here on.
      canCode = false;
      return undefined;
    }
  };
  const encode = async ({ frame, report, still }: Shown): Promise<void> => {
    const coding = watched.video && canCode ? code(frame) : undefined;
    // One that begins to look is given the latest JPEG at once, so there is one with each keyframe.
    const asJpeg = async (): Promise<boolean> => still || watched.jpeg || (watched.video && (await coding)?.key !== false);
    // A picture that cannot be encoded is a picture less, not the end of counting.
    const picture = (await asJpeg()) ? await encoders.jpeg.encode(frame).catch(() => undefined) : undefined;
    const video = await coding;
    if (picture === undefined && video === undefined) dropped++;
    else tell(report, picture, video);
  };

  pictures
    .pipe(
      latestMap(
        async (shown) => {
          await encode(shown);
          close(shown);
        },
        (stale) => {
          dropped++;
          close(stale);
        },
      ),
    )
    .subscribe();

  const begin = (frame: Frame, report: FieldReport, still: boolean): void => {
    open++;
    pictures.next({ frame: frame.retain(), report, still });
  };
  return {
    show: (frame, report) => {
      if (!watched.jpeg && !watched.video) {
        if (report.capturedAtMs - toldAt < UNWATCHED_EVERY_MS) return;
        toldAt = report.capturedAtMs;
        tell(report);
      } else if (channel.behind) dropped++;
      else begin(frame, report, false);
    },
    showStill: (frame, report) => begin(frame, report, true),
    watch: (now) => {
      watched = now;
    },
    askForKeyframe: () => encoders.video.askForKeyframe(),
    settled: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve))),
  };
};
