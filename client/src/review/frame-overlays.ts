import type { ReadingNumber } from '../../../domain/cell-record.ts';
import type { FrameCells } from '../../../domain/recording.ts';
import type { ReviewApi } from './review-api.ts';

const MOST_OVERLAYS = 400;

/** The cells in view of each frame as a reading has them; a correction makes all of them out of date. */
export class FrameOverlays {
  readonly #api: ReviewApi;
  readonly #known = new Map<string, Promise<FrameCells>>();

  constructor(api: ReviewApi) {
    this.#api = api;
  }

  /** `head`: number of the last correction that is known of. */
  get(frame: number, reading: ReadingNumber, head: number): Promise<FrameCells> {
    const key = `${frame} ${reading} ${head}`;
    const known = this.#known.get(key);
    if (known) return known;
    const read = this.#api.cellsOf(frame, reading);
    this.#known.set(key, read);
    read.catch(() => this.#known.delete(key));
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MOST_OVERLAYS && oldest !== undefined) this.#known.delete(oldest);
    return read;
  }
}
