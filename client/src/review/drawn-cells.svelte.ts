import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import type { CellPage, CellRecord } from '../../../domain/cell-record.ts';
import type { CellSource } from '../cell/cell-source.ts';

const PAGE_CELLS = 1000;

/** How the cells of a reading were drawn, and how large they are: read page after page, behind what is shown. */
export class DrawnCells implements Disposable {
  /** Rises when something was read; the maps are changed in place. */
  version: number = $state(0);
  state: 'reading' | 'ready' = $state('reading');
  /** Of every cell that was drawn and is not withdrawn. */
  readonly drawings = new Map<number, CellDrawing>();
  /** Areas of the counted ones, in µm². */
  readonly areas = new Map<number, { readonly classIndex: number; readonly areaUm2: number }>();
  readonly #source: CellSource;
  #closed = false;

  constructor(source: CellSource) {
    this.#source = source;
  }

  /** Reads all of them. A fault leaves boxes in place of outlines. */
  async read(): Promise<void> {
    try {
      let cursor: string | undefined;
      do {
        const page: CellPage = await this.#source.page({ limit: PAGE_CELLS, ...(cursor && { cursor }) });
        if (this.#closed) return;
        this.take(page.cells);
        cursor = page.next;
      } while (cursor !== undefined);
    } catch {
      // What is shown does without; the gallery says what is wrong.
    }
    this.state = 'ready';
  }

  /** Reads the cells that came last: of a session that is being written. */
  async readNewest(): Promise<void> {
    const page = await this.#source.page({ sort: 'seen', order: 'desc', limit: PAGE_CELLS }).catch(() => undefined);
    if (page && !this.#closed) this.take(page.cells);
  }

  /** Takes cells as they are now. */
  take(cells: readonly CellRecord[]): void {
    for (const { id, state, classIndex, drawing, shape } of cells) {
      if (drawing && state !== 'withdrawn') this.drawings.set(id, drawing);
      else this.drawings.delete(id);
      if (shape && state === 'counted') this.areas.set(id, { classIndex, areaUm2: shape.areaUm2 });
      else this.areas.delete(id);
    }
    this.version += 1;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
  }
}
