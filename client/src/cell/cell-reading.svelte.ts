import type { CellStory } from '../../../domain/cell-record.ts';
import type { CellSource } from './cell-source.ts';

const AGAIN_MS = 2000;

/** What is told of one cell; of a live one it is asked again and again, until disposed. */
export class CellReading implements Disposable {
  story: CellStory | undefined = $state.raw();
  /** Why it could not be read; the last story stays. */
  fault: string = $state('');
  readonly #source: CellSource;
  readonly #cell: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(source: CellSource, cell: number, live: boolean) {
    this.#source = source;
    this.#cell = cell;
    void this.#follow(live);
  }

  async read(): Promise<void> {
    try {
      const story = await this.#source.story(this.#cell);
      if (this.#closed) return;
      this.story = story;
      this.fault = '';
    } catch (error) {
      if (!this.#closed) this.fault = error instanceof Error ? error.message : String(error);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #follow(live: boolean): Promise<void> {
    if (!document.hidden || !this.story) await this.read();
    if (live && !this.#closed) this.#timer = setTimeout(() => void this.#follow(live), AGAIN_MS);
  }
}
