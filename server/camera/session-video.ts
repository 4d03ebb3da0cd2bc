import { dirname } from 'node:path';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { type DiskRoom, measureDiskRoom } from '../sessions/disk-watch.ts';
import type { SessionRecorder } from '../sessions/session-recorder.ts';
import { createVideoRecorder, type VideoKind, type VideoRecorder } from '../sessions/video-recorder.ts';
import type { CameraSettings, EventNews } from './camera-messages.ts';

/** Starts and stops the video of one session; it stops by itself before the disk is full, and begins again when there is room. */
export type SessionVideo = {
  readonly recording: boolean;
  /** Whether it is recording or about to. */
  readonly wanted: boolean;
  /** Whether the room is used up: what is large is not kept. */
  readonly full: boolean;
  start(kind: VideoKind): void;
  stop(): Promise<void>;
  /** Borrows the frame. */
  see(frame: Frame, report: FieldReport): void;
  close(): Promise<void>;
};

/** While nothing is filmed large pictures of the slide take room too. */
const LOOK_MS = { filming: 5000, idle: 30_000 };

export type SessionVideoPorts = {
  readonly folder: string;
  readonly settings: Pick<CameraSettings, 'recordQuality' | 'diskBudgetGb'>;
  readonly recorder: SessionRecorder;
  readonly tellEvent: (level: EventNews['level'], text: string) => void;
  /** Hears when recording begins or ends. */
  readonly onChange: (recording: boolean) => void;
  /** How often the room is looked at. */
  readonly lookMs?: { readonly filming: number; readonly idle: number };
};

/** `videos`: how many the session has already. */
export const createSessionVideo = (
  { folder, settings, recorder, tellEvent, onChange, lookMs = LOOK_MS }: SessionVideoPorts,
  videos: Promise<number>,
): SessionVideo => {
  const limits = { budgetBytes: settings.diskBudgetGb * 1e9 };
  let video: VideoRecorder | undefined;
  let wanted: VideoKind | undefined;
  /** What a full disk ended, and goes on when there is room. */
  let paused: VideoKind | undefined;
  let used = 0;
  let told: DiskRoom['state'] = 'enough';
  let lookedAt = performance.now();

  const end = async (): Promise<void> => {
    wanted = undefined;
    const ending = video;
    video = undefined;
    if (ending === undefined) return;
    onChange(false);
    recorder.note({ record: 'off' });
    await ending.close();
    if (ending.dropped > 0) tellEvent('warning', `${ending.dropped} frames came too fast for the video and are not in it`);
  };
  const look = async (): Promise<DiskRoom> => {
    const room = await measureDiskRoom(dirname(folder), limits);
    if (room.state === 'scarce' && told === 'enough') tellEvent('warning', `little room for the video: ${room.reason}`);
    if (room.state === 'full') {
      if (wanted !== undefined) tellEvent('error', `recording stopped until there is room, counting goes on: ${room.reason}`);
      else if (told !== 'full') tellEvent('error', `large pictures of the slide are no longer kept, counting goes on: ${room.reason}`);
      paused = wanted ?? paused;
      void end();
    }
    told = room.state;
    lookedAt = performance.now();
    // Where it is scarce it would end again at once.
    if (room.state === 'enough' && paused !== undefined) {
      tellEvent('info', 'there is room again: recording goes on');
      start(paused);
    }
    return room;
  };
  const timer = setInterval(() => {
    if (video !== undefined || performance.now() - lookedAt > lookMs.idle) void look();
  }, lookMs.filming);
  timer.unref();

  const begin = async (kind: VideoKind): Promise<void> => {
    const already = await videos;
    if ((await look()).state === 'full' || wanted === undefined || video !== undefined) return;
    video = createVideoRecorder({
      folder,
      quality: settings.recordQuality,
      kind,
      first: already + used + 1,
      onVideo: (number, row) => {
        used = number - already;
        recorder.addVideo(number, row);
        tellEvent('info', `recording ${row.file} with ${row.codec}`);
      },
      onFrame: (row) => recorder.seeVideoFrame(row),
      onBroken: (what) => {
        tellEvent('error', `recording stopped, counting goes on: the video cannot be written (${what}): look at the disk`);
        void end();
        void look().then(({ state }) => {
          if (state === 'full') paused = kind;
        });
      },
    });
    recorder.note({ record: kind, kept: true });
    onChange(true);
  };
  const start = (kind: VideoKind): void => {
    paused = undefined;
    if (wanted !== undefined) return;
    wanted = kind;
    void begin(kind);
  };
  const stop = (): Promise<void> => {
    paused = undefined;
    return end();
  };

  return {
    get recording() {
      return video !== undefined;
    },
    get wanted() {
      return wanted !== undefined;
    },
    get full() {
      return told === 'full';
    },
    start,
    stop,
    see: (frame, report) => video?.push(frame, report.keyframe !== undefined),
    close: async () => {
      clearInterval(timer);
      await stop();
    },
  };
};
