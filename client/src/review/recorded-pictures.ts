import type { RecordedFrame } from '../../../domain/recording.ts';
import { type DecodedGroup, decodeGroup } from './group-decoder.ts';
import type { ReviewApi } from './review-api.ts';
import { type PictureGroup, sampleAt, VideoTrack } from './video-track.ts';

/** A picture of a frame. Borrowed: it stays good while it is the last one that was given out. */
export type RecordedPicture = {
  readonly image: CanvasImageSource;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whether it shows that very frame; otherwise the field of the map nearest to it. */
  readonly exact: boolean;
};

type Held = {
  readonly key: string;
  readonly decoded: Promise<DecodedGroup>;
  ready: DecodedGroup | undefined;
  readonly fetching: AbortController;
};

/** Decoded pictures that are kept: some five seconds at 1280×720. */
const MOST_BYTES = 220e6;
const MOST_STILLS = 24;

const canDecode = (): boolean => 'VideoDecoder' in globalThis && new URLSearchParams(location.search).get('video') !== 'jpeg';

/**
 * Pictures of recorded frames: decoded in the page where the browser can, group by group, of which the latest are kept; otherwise one by one from the
 * service. Only what was asked for last, and what may come next, is being worked on.
 */
export class RecordedPictures implements Disposable {
  /** Why pictures come from the service one by one; empty where they need not. */
  fallback = canDecode() ? '' : 'This browser does not decode the video itself; pictures come one by one';
  readonly #api: ReviewApi;
  readonly #tracks = new Map<number, VideoTrack>();
  /** Latest used last. */
  readonly #groups = new Map<string, Held>();
  readonly #stills = new Map<number, Promise<RecordedPicture>>();
  #shown: string | undefined;
  #closed = false;

  constructor(api: ReviewApi) {
    this.#api = api;
  }

  /** `next`: a frame that is likely to be asked for soon. */
  async get(frame: RecordedFrame, next?: RecordedFrame): Promise<RecordedPicture> {
    if (frame.video && this.fallback === '') {
      const picture = await this.#decoded(frame.video, next?.video).catch(() => undefined);
      if (picture) return picture;
    }
    if (this.#closed) throw new Error('The review was closed');
    return this.#still(frame);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const held of [...this.#groups.values()]) this.#drop(held);
    for (const still of this.#stills.values()) void still.then(({ image }) => (image as ImageBitmap).close()).catch(() => {});
    this.#stills.clear();
  }

  async #decoded(at: { n: number; ms: number }, next: { n: number; ms: number } | undefined): Promise<RecordedPicture | undefined> {
    const found = await this.#find(at);
    if (!found || this.#closed) return undefined;
    const { group, sample } = found;
    const wanted = this.#hold(group);
    const coming = next && (await this.#find(next));
    if (this.#closed) return undefined;
    const ahead = coming && this.#hold(coming.group);
    this.#giveUpBut([wanted.key, ahead?.key]);
    const image = await (await wanted.decoded).picture(sample);
    this.#shown = wanted.key;
    this.#evict();
    return { image, widthPx: group.widthPx, heightPx: group.heightPx, exact: true };
  }

  /** A video that still grows is asked once more for what it did not have before. */
  async #find({ n, ms }: { n: number; ms: number }): Promise<{ group: PictureGroup; sample: number } | undefined> {
    const track = this.#tracks.get(n) ?? new VideoTrack(this.#api, n);
    this.#tracks.set(n, track);
    for (const fresh of [false, true]) {
      if (fresh) track.forget();
      const group = await track.group(ms);
      const sample = group && sampleAt(group, ms);
      if (group && sample !== undefined) return { group, sample };
    }
    return undefined;
  }

  #hold(group: PictureGroup): Held {
    const last = group.samples.at(-1)!;
    const first = group.samples[0]!;
    const key = `${group.video} ${first.offset} ${group.samples.length}`;
    const known = this.#groups.get(key);
    if (known) {
      this.#groups.delete(key);
      this.#groups.set(key, known);
      return known;
    }
    const fetching = new AbortController();
    const decoded = this.#api
      .videoBytes(group.video, first.offset, last.offset + last.bytes - first.offset, fetching.signal)
      .then((data) => {
        const ready = decodeGroup(group, data, (why) => {
          this.fallback = `This browser cannot decode the video (${why}); pictures come one by one`;
        });
        held.ready = ready;
        if (fetching.signal.aborted) ready[Symbol.dispose]();
        return ready;
      });
    const held: Held = { key, decoded, ready: undefined, fetching };
    decoded.catch(() => this.#groups.delete(key));
    this.#groups.set(key, held);
    return held;
  }

  /** What is still being worked on for nobody is given up. */
  #giveUpBut(wanted: readonly (string | undefined)[]): void {
    for (const held of [...this.#groups.values()])
      if (!wanted.includes(held.key) && held.key !== this.#shown && !held.ready?.isWhole) this.#drop(held);
  }

  #evict(): void {
    let bytes = [...this.#groups.values()].reduce((sum, { ready }) => sum + (ready?.bytes ?? 0), 0);
    for (const held of [...this.#groups.values()]) {
      if (bytes <= MOST_BYTES) return;
      if (held.key === this.#shown || !held.ready?.isWhole) continue;
      bytes -= held.ready.bytes;
      this.#drop(held);
    }
  }

  #drop(held: Held): void {
    this.#groups.delete(held.key);
    held.fetching.abort();
    held.ready?.[Symbol.dispose]();
  }

  #still(frame: RecordedFrame): Promise<RecordedPicture> {
    const known = this.#stills.get(frame.id);
    if (known) {
      this.#stills.delete(frame.id);
      this.#stills.set(frame.id, known);
      return known;
    }
    const read = this.#api.picture(frame).then(async ({ jpeg, exact }) => {
      const image = await createImageBitmap(jpeg);
      return { image, widthPx: image.width, heightPx: image.height, exact };
    });
    this.#stills.set(frame.id, read);
    read.catch(() => this.#stills.delete(frame.id));
    const oldest = this.#stills.keys().next().value;
    if (this.#stills.size > MOST_STILLS && oldest !== undefined) {
      void this.#stills.get(oldest)?.then(({ image }) => (image as ImageBitmap).close());
      this.#stills.delete(oldest);
    }
    return read;
  }
}
