import type { CellStory } from '../../../domain/cell-record.ts';
import { faultLine } from '../live/fault-line.ts';
import type { CellSource } from './cell-source.ts';

const AGAIN_MS = 2000;
/** A cell that was just found is on the map a little before it is on disk. */
const SOON_MS = 400;
const SOON_TIMES = 6;

/** What is told of one cell; of a live one it is asked again and again, until disposed. */
export class CellReading implements Disposable {
  story: CellStory | undefined = $state.raw();
  /** Why it could not be read; the last story stays. */
  fault: string = $state('');
  readonly #source: CellSource;
  readonly #cell: number;
  readonly #live: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #failures = 0;

  constructor(source: CellSource, cell: number, live: boolean) {
    this.#source = source;
    this.#cell = cell;
    this.#live = live;
    void this.#follow();
  }

  async read(): Promise<void> {
    try {
      const story = await this.#source.story(this.#cell);
      if (this.#closed) return;
      this.story = story;
      this.fault = '';
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#closed && !this.#isEarly) this.fault = faultLine(error);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  get #isEarly(): boolean {
    return this.#live && !this.story && this.#failures <= SOON_TIMES;
  }

  async #follow(): Promise<void> {
    if (!document.hidden || !this.story) await this.read();
    if (!this.#live || this.#closed) return;
    const isSoon = this.#failures > 0 && this.#isEarly;
    this.#timer = setTimeout(() => void this.#follow(), isSoon ? SOON_MS : AGAIN_MS);
  }
}
