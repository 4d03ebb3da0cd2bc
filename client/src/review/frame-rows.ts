import type { RecordedFrame } from '../../../domain/recording.ts';
import type { ReviewApi } from './review-api.ts';

/** Frames are asked for in stretches of this length: some hundreds of rows. */
const STRETCH_MS = 20_000;
const MOST_STRETCHES = 40;

/** Whether there is anything to show of a frame. */
const isSeen = ({ video, keyframe }: RecordedFrame): boolean => video !== undefined || keyframe !== undefined;

/** The frames of a session that have a picture, in their order; read as they are needed and kept for a while. */
export class FrameRows {
  readonly #api: ReviewApi;
  readonly startMs: number;
  #endMs: number;
  readonly #stretches = new Map<number, Promise<readonly RecordedFrame[]>>();

  constructor(api: ReviewApi, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.#api = api;
    this.startMs = startMs;
    this.#endMs = endMs;
  }

  /** The session was written on. */
  grow(endMs: number): void {
    this.#stretches.delete(this.#lastStretch);
    this.#endMs = endMs;
  }

  /** The frame shown at a time: the last one that came before it, or the first of all. */
  async at(ms: number): Promise<RecordedFrame | undefined> {
    const here = this.#stretchOf(ms);
    if (!this.#stretches.has(here)) {
      // One row comes sooner than all those around it, which only stepping needs.
      const [row] = await this.#api.frames({ at: ms });
      if (row && isSeen(row)) return row;
    }
    const found = (await this.#read(here)).findLast(({ atMs }) => atMs <= ms);
    return found ?? (await this.#beyond(here - 1, -1)) ?? (await this.#beyond(here, 1));
  }

  async byId(id: number): Promise<RecordedFrame | undefined> {
    return (await this.#api.frames({ frame: id }))[0];
  }

  /** The frame that many steps on (or back); the last there is in that direction. */
  async step(from: RecordedFrame, by: number): Promise<RecordedFrame> {
    const way = by < 0 ? -1 : 1;
    let left = Math.abs(by);
    let stretch = this.#stretchOf(from.atMs);
    let best = from;
    while (left > 0 && stretch >= 0 && stretch <= this.#lastStretch) {
      const rows = await this.#read(stretch);
      const further = way > 0 ? rows.filter(({ id }) => id > from.id) : rows.filter(({ id }) => id < from.id).toReversed();
      const taken = further[Math.min(left, further.length) - 1];
      if (taken) best = taken;
      left -= Math.min(left, further.length);
      stretch += way;
    }
    return best;
  }

  /** Up to so many frames that follow, as far as they are at hand. */
  async following(from: RecordedFrame, count: number): Promise<readonly RecordedFrame[]> {
    const stretch = this.#stretchOf(from.atMs);
    const rows = await this.#read(stretch);
    const here = rows.filter(({ id }) => id > from.id).slice(0, count);
    if (here.length === count || stretch >= this.#lastStretch) return here;
    return [...here, ...(await this.#read(stretch + 1)).slice(0, count - here.length)];
  }

  get #lastStretch(): number {
    return this.#stretchOf(this.#endMs);
  }

  #stretchOf(ms: number): number {
    return Math.max(0, Math.floor((Math.min(ms, this.#endMs) - this.startMs) / STRETCH_MS));
  }

  async #beyond(stretch: number, way: 1 | -1): Promise<RecordedFrame | undefined> {
    for (let at = stretch; at >= 0 && at <= this.#lastStretch; at += way) {
      const rows = await this.#read(at);
      if (rows.length > 0) return way > 0 ? rows[0] : rows.at(-1);
    }
    return undefined;
  }

  #read(stretch: number): Promise<readonly RecordedFrame[]> {
    const known = this.#stretches.get(stretch);
    if (known) return known;
    const from = this.startMs + stretch * STRETCH_MS;
    // The next stretch begins where this one ends: a frame belongs to one of them.
    const read = this.#api.frames({ from, to: from + STRETCH_MS - 0.001, limit: 2000 }).then((rows) => rows.filter(isSeen));
    this.#stretches.set(stretch, read);
    read.catch(() => this.#stretches.delete(stretch));
    const oldest = this.#stretches.keys().next().value;
    if (this.#stretches.size > MOST_STRETCHES && oldest !== undefined) this.#stretches.delete(oldest);
    return read;
  }
}
