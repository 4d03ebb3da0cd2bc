import type { ReadingNumber } from '../../../domain/cell-record.ts';
import type { FrameCells, RecordedFrame } from '../../../domain/recording.ts';
import { faultLine } from '../live/fault-line.ts';
import { FrameOverlays } from './frame-overlays.ts';
import type { FrameRows } from './frame-rows.ts';
import { type RecordedPicture, RecordedPictures } from './recorded-pictures.ts';
import type { ReviewApi } from './review-api.ts';

/** A frame with the picture of that frame and the cells of that frame: they are shown together or not at all. */
export type ShownFrame = { readonly frame: RecordedFrame; readonly picture: RecordedPicture; readonly overlay: FrameCells };

export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;
/** Frames whose cells are asked for ahead while it plays. */
const AHEAD = 8;
/** A gap in the recording is not waited out. */
const LONGEST_WAIT_MS = 500;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Where in the recording somebody is, and what is shown of it. Of many wishes in a row the newest is fulfilled. */
export class Playback implements Disposable {
  shown: ShownFrame | undefined = $state.raw();
  /** The frame that was asked for last; shown a moment later. */
  wanted: RecordedFrame | undefined = $state.raw();
  playing: boolean = $state(false);
  speed: number = $state(1);
  fault: string = $state('');
  /** Whether there is no frame with a picture at all. */
  isEmpty: boolean = $state(false);
  /** What to know about how pictures are had. */
  notice: string = $state('');
  readonly #rows: FrameRows;
  readonly #pictures: RecordedPictures;
  readonly #overlays: FrameOverlays;
  readonly #reading: () => { readonly reading: ReadingNumber; readonly head: number };
  #working: Promise<void> | undefined;
  #asking = 0;
  /** Steps that were asked for and not begun. */
  #ahead = 0;
  #stepping: Promise<void> | undefined;
  #closed = false;

  constructor(api: ReviewApi, rows: FrameRows, reading: () => { readonly reading: ReadingNumber; readonly head: number }) {
    this.#rows = rows;
    this.#pictures = new RecordedPictures(api);
    this.#overlays = new FrameOverlays(api);
    this.#reading = reading;
  }

  /** Goes to the frame that was shown at a time. */
  seek(ms: number): Promise<void> {
    return this.#go(() => this.#rows.at(ms));
  }

  /** Goes to a frame by its id, or to the nearest one that has a picture. */
  toFrame(id: number): Promise<void> {
    return this.#go(async () => {
      const frame = await this.#rows.byId(id);
      if (!frame || frame.video || frame.keyframe !== undefined) return frame;
      return this.#rows.at(frame.atMs);
    });
  }

  /** Tries once more what failed. */
  again(): Promise<void> {
    const frame = this.wanted;
    return this.#go(frame ? async () => frame : () => this.#rows.at(this.#rows.startMs));
  }

  /** Steps that come faster than frames can be shown are taken together; none is lost. */
  step(by: number): Promise<void> {
    this.playing = false;
    this.#ahead += by;
    this.#stepping ??= this.#takeSteps().finally(() => {
      this.#stepping = undefined;
    });
    return this.#stepping;
  }

  toggle(): void {
    this.playing = !this.playing;
    if (this.playing) void this.#play();
  }

  /** The session was written on until then. */
  grow(endMs: number): void {
    this.#rows.grow(endMs);
  }

  /** Asks anew for the cells of the shown frame: something was corrected. */
  async refresh(): Promise<void> {
    const before = this.shown;
    if (!before) return;
    const overlay = await this.#overlay(before.frame.id).catch(() => undefined);
    if (overlay && this.shown?.frame.id === before.frame.id) this.shown = { ...this.shown, overlay };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.playing = false;
    this.shown = undefined;
    this.#pictures[Symbol.dispose]();
  }

  async #takeSteps(): Promise<void> {
    while (this.#ahead !== 0 && this.wanted && !this.#closed) {
      const by = this.#ahead;
      const from = this.wanted;
      this.#ahead = 0;
      await this.#go(() => this.#rows.step(from, by));
    }
  }

  #overlay(frame: number): Promise<FrameCells> {
    const { reading, head } = this.#reading();
    return this.#overlays.get(frame, reading, head);
  }

  async #go(find: () => Promise<RecordedFrame | undefined>): Promise<void> {
    const asking = ++this.#asking;
    this.fault = '';
    try {
      const frame = await find();
      if (asking !== this.#asking || this.#closed) return;
      this.isEmpty = !frame && !this.shown;
      if (!frame) return;
      this.wanted = frame;
      await this.#show();
    } catch (error) {
      if (asking === this.#asking && !this.#closed) this.fault = faultLine(error);
    }
  }

  /** One frame is being fetched at a time; when it is there the newest wish comes next. */
  async #show(next?: RecordedFrame): Promise<void> {
    if (this.#working) {
      await this.#working.catch(() => {});
      if (this.shown?.frame.id === this.wanted?.id || this.#closed) return;
      return this.#show(next);
    }
    const frame = this.wanted;
    if (!frame) return;
    const work = (async () => {
      const [picture, overlay] = await Promise.all([this.#pictures.get(frame, next), this.#overlay(frame.id)]);
      this.notice = this.#pictures.fallback;
      if (!this.#closed) this.shown = { frame, picture, overlay };
    })();
    this.#working = work;
    try {
      await work;
    } finally {
      if (this.#working === work) this.#working = undefined;
    }
  }

  async #play(): Promise<void> {
    const stride = Math.max(1, Math.round(this.speed));
    while (this.playing && !this.#closed && this.wanted) {
      const from = this.wanted;
      const begun = performance.now();
      try {
        const coming = await this.#rows.following(from, AHEAD * stride);
        const next = coming[Math.min(stride, coming.length) - 1];
        if (!next || !this.playing) break;
        for (let i = stride - 1; i < coming.length; i += stride) this.#overlay(coming[i]!.id).catch(() => {});
        this.wanted = next;
        await this.#show(coming.at(-1));
        const wait = Math.min(LONGEST_WAIT_MS, (next.atMs - from.atMs) / this.speed) - (performance.now() - begun);
        await sleep(Math.max(0, wait));
        // Somebody went elsewhere meanwhile.
        if (this.wanted !== next) break;
      } catch (error) {
        this.fault = faultLine(error);
        break;
      }
    }
    this.playing = false;
  }
}
