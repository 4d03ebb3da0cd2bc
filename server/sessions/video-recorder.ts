import { join } from 'node:path';
import type { Frame } from '../../domain/frame.ts';
import { intakeKey } from '../ingest/picture-intake.ts';
import type { VideoFrameRow, VideoRow } from './session-batch.ts';
import { openVideoFile, type VideoFile } from './video-file.ts';

export type VideoKind = 'video' | 'timelapse';

/** Writes the frames of a session into its video, beside counting. A video goes on in a further file where the frames' size changes. */
export type VideoRecorder = {
  /** Borrows the frame. `onMap`: it became a keyframe of the map. */
  push(frame: Frame, onMap: boolean): void;
  /** Frames that came faster than they could be encoded. */
  readonly dropped: number;
  /** Settles when the file is closed. */
  close(): Promise<void>;
};

export type VideoPorts = {
  readonly folder: string;
  /** 10 to 100. */
  readonly quality: number;
  readonly kind: VideoKind;
  /** Number of the first file: 1 for `video.mp4`. */
  readonly first: number;
  readonly onVideo: (video: number, row: VideoRow) => void;
  /** A frame is in the video. */
  readonly onFrame: (row: VideoFrameRow) => void;
  /** The video cannot go on. */
  readonly onBroken: (what: string) => void;
};

/**
 * Frames that wait for the encoder: no more than half of the camera’s buffers, and none longer than this. What waits is
 * lost with the process, so that little may; where the encoder does not keep up the oldest are let go, and the video stays close to now.
 */
const MOST_WAITING = 16;
const MOST_WAITING_MS = 400;
/** A time-lapse has the frames that entered the map, and one in so many ms; it plays at so many frames a second. */
const LAPSE_EVERY_MS = 2000;
const LAPSE_FPS = 15;

const fileName = (video: number): string => (video === 1 ? 'video.mp4' : `video-${video}.mp4`);

export const createVideoRecorder = ({ folder, quality, kind, first, onVideo, onFrame, onBroken }: VideoPorts): VideoRecorder => {
  const waiting: { readonly frame: Frame; readonly since: number }[] = [];
  let video = first - 1;
  let file: VideoFile | undefined;
  let startMs = 0;
  let lapsed = 0;
  let lapsedAtMs = Number.NEGATIVE_INFINITY;
  let dropped = 0;
  let closed = false;
  let working: Promise<void> | undefined;

  const begin = async (frame: Frame): Promise<VideoFile> => {
    await file?.close();
    video++;
    startMs = frame.capturedAtMs;
    lapsed = 0;
    const opened = await openVideoFile(join(folder, fileName(video)), frame, quality);
    const { widthPx, heightPx } = frame;
    onVideo(video, { file: fileName(video), codec: opened.codec, kind, widthPx, heightPx });
    return opened;
  };
  const write = async (frame: Frame): Promise<void> => {
    if (file?.key !== intakeKey(frame)) file = await begin(frame);
    const videoMs = kind === 'timelapse' ? (lapsed++ * 1000) / LAPSE_FPS : frame.capturedAtMs - startMs;
    await file.write(frame, videoMs);
    onFrame({ frame: frame.id, video, videoMs });
  };
  const letGo = (): void => {
    for (const { frame } of waiting.splice(0)) frame[Symbol.dispose]();
  };
  const work = async (): Promise<void> => {
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        using frame = next.frame;
        await write(frame);
      }
    } catch (error) {
      closed = true;
      letGo();
      await file?.close().catch(() => {});
      file = undefined;
      onBroken(error instanceof Error ? error.message : String(error));
    } finally {
      working = undefined;
    }
  };

  return {
    push: (frame, onMap) => {
      if (closed) return;
      if (kind === 'timelapse') {
        if (!onMap && frame.capturedAtMs - lapsedAtMs < LAPSE_EVERY_MS) return;
        lapsedAtMs = frame.capturedAtMs;
      }
      const now = performance.now();
      waiting.push({ frame: frame.retain(), since: now });
      const oldest = kind === 'timelapse' ? Number.NEGATIVE_INFINITY : now - MOST_WAITING_MS;
      while (waiting.length > MOST_WAITING || waiting[0]!.since < oldest) {
        waiting.shift()!.frame[Symbol.dispose]();
        dropped++;
      }
      working ??= work();
    },
    get dropped() {
      return dropped;
    },
    close: async () => {
      closed = true;
      await working;
      letGo();
      await file?.close();
      file = undefined;
    },
  };
};
