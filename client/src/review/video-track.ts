import type { VideoSamples } from '../../../domain/recording.ts';
import type { ReviewApi } from './review-api.ts';

/** A coded picture of a video: when it is shown, and where it lies in the file. */
export type Sample = VideoSamples['samples'][number];

/** Pictures that are decoded together: a key picture and those that build on it. */
export type PictureGroup = {
  readonly video: number;
  readonly config: VideoDecoderConfig;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples: readonly Sample[];
};

/** Of so much of a video the places of its pictures are asked for at once. */
const WINDOW_MS = 8000;
const MOST_WINDOWS = 100;
/** Beyond any group of pictures that our recorder writes. */
const BEYOND_MS = 10_000;

const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Groups that lie whole within what was told; the last one is whole only where the telling went on far enough. */
const groupsOf = (video: number, { codec, description, widthPx, heightPx, samples }: VideoSamples): PictureGroup[] => {
  const config: VideoDecoderConfig = {
    codec,
    ...(description === '' ? {} : { description: decodeBase64(description) }),
    codedWidth: widthPx,
    codedHeight: heightPx,
    optimizeForLatency: true,
  };
  const groups: Sample[][] = [];
  for (const sample of samples) {
    if (sample.key) groups.push([sample]);
    else groups.at(-1)?.push(sample);
  }
  return groups.map((those) => ({ video, config, widthPx, heightPx, samples: those }));
};

/** Finds the group of pictures that a moment of a video belongs to. */
export class VideoTrack {
  readonly #api: ReviewApi;
  readonly #video: number;
  readonly #windows = new Map<number, Promise<readonly PictureGroup[]>>();

  constructor(api: ReviewApi, video: number) {
    this.#api = api;
    this.#video = video;
  }

  /** `ms`: on the video's clock. */
  async group(ms: number): Promise<PictureGroup | undefined> {
    const groups = await this.#read(Math.floor(ms / WINDOW_MS));
    return groups.findLast(({ samples }) => samples[0]!.ms <= ms + 1);
  }

  /** What was asked while the video was still growing is asked again. */
  forget(): void {
    this.#windows.clear();
  }

  #read(window: number): Promise<readonly PictureGroup[]> {
    const known = this.#windows.get(window);
    if (known) return known;
    const from = window * WINDOW_MS;
    const read = this.#api
      .samples(this.#video, from, from + WINDOW_MS + BEYOND_MS)
      .then((told) => groupsOf(this.#video, told).filter(({ samples }) => samples[0]!.ms < from + WINDOW_MS + 1));
    this.#windows.set(window, read);
    read.catch(() => this.#windows.delete(window));
    const oldest = this.#windows.keys().next().value;
    if (this.#windows.size > MOST_WINDOWS && oldest !== undefined) this.#windows.delete(oldest);
    return read;
  }
}

/** The picture of a group that is shown at a moment: times of frames and of pictures are rounded apart. */
export const sampleAt = ({ samples }: PictureGroup, ms: number): number | undefined => {
  const nearest = samples.reduce((best, sample, i) => (Math.abs(sample.ms - ms) < Math.abs(samples[best]!.ms - ms) ? i : best), 0);
  return Math.abs(samples[nearest]!.ms - ms) <= 1 ? nearest : undefined;
};
