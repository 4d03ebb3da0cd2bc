import type { CellPage, CellRecord } from '../../../domain/cell-record.ts';
import type { CellSource } from '../cell/cell-source.ts';
import { faultLine } from '../live/fault-line.ts';
import { ALL_CELLS, type CellWish, isWished, orderCells } from './order-cells.ts';

const PAGE_CELLS = 1000;
const NEWEST_CELLS = 200;
const AGAIN_MS = 1500;
const AFTER_FAULT_MS = 4000;

/**
 * The cells of a source, read page by page. Of a live source it goes on reading: cells that come later are added at the end of the shown ones, so that
 * nothing moves under somebody's eyes, until `arrange` puts them where they belong.
 */
export class CellShelf implements Disposable {
  /** Ids of the cells shown, in their order. */
  shown: readonly number[] = $state.raw([]);
  /** Rises when a record changes; views of single cells watch it. */
  version: number = $state(0);
  wish: CellWish = $state.raw(ALL_CELLS);
  /** `reading`: not all that there was at first is here yet. */
  state: 'reading' | 'ready' = $state('reading');
  /** Why the cells could not be read; it is tried again. */
  fault: string = $state('');
  /** Cells that stand at the end, out of their order. */
  unsorted: number = $state(0);
  /** Cells of each class that are not withdrawn. */
  tally: ReadonlyMap<string, number> = $state.raw(new Map());
  readonly #records = new Map<number, CellRecord>();
  readonly #source: CellSource;
  readonly #live: boolean;
  #cursor: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(source: CellSource, live: boolean) {
    this.#source = source;
    this.#live = live;
    void this.#read();
  }

  get known(): number {
    this.version;
    return this.#records.size;
  }

  record(id: number): CellRecord | undefined {
    this.version;
    return this.#records.get(id);
  }

  ask(change: Partial<CellWish>): void {
    this.wish = { ...this.wish, ...change };
    this.arrange();
  }

  /** Puts every wished cell where it belongs. */
  arrange(): void {
    this.shown = orderCells(this.#records.values(), this.wish);
    this.unsorted = 0;
  }

  /** Takes cells as they are now, each where it stands. */
  put(cells: readonly CellRecord[]): void {
    if (cells.length > 0) this.#take({ cells: [...cells] });
  }

  retryNow(): void {
    clearTimeout(this.#timer);
    void this.#read();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    let again: number | undefined = this.#live ? AGAIN_MS : undefined;
    try {
      if (!document.hidden || this.state === 'reading') await (this.state === 'reading' ? this.#readAll() : this.#readOn());
      this.fault = '';
    } catch (error) {
      this.fault = faultLine(error);
      again = AFTER_FAULT_MS;
    }
    if (again !== undefined && !this.#closed) this.#timer = setTimeout(() => void this.#read(), again);
  }

  async #readAll(): Promise<void> {
    do {
      const page = await this.#source.page({ limit: PAGE_CELLS, ...(this.#cursor && { cursor: this.#cursor }) });
      if (this.#closed) return;
      this.#cursor = page.next;
      this.#take(page);
      this.arrange();
    } while (this.#cursor !== undefined);
    this.state = 'ready';
  }

  /** What came since, and once more one page of what is known: scores, classes and pictures get better with time. */
  async #readOn(): Promise<void> {
    let cursor: string | undefined;
    do {
      const newest: CellPage = await this.#source.page({ sort: 'seen', order: 'desc', limit: NEWEST_CELLS, ...(cursor && { cursor }) });
      if (this.#closed) return;
      // Cells are numbered as they come: behind one that is known there is nothing new.
      cursor = newest.cells.every(({ id }) => !this.#records.has(id)) ? newest.next : undefined;
      this.#take(newest);
    } while (cursor !== undefined);
    const page = await this.#source.page({ limit: PAGE_CELLS, ...(this.#cursor && { cursor: this.#cursor }) });
    if (this.#closed) return;
    this.#cursor = page.next;
    this.#take(page);
  }

  #take({ cells }: Pick<CellPage, 'cells'>): void {
    const added: number[] = [];
    let changed = false;
    for (const cell of cells) {
      const known = this.#records.get(cell.id);
      if (known && JSON.stringify(known) === JSON.stringify(cell)) continue;
      changed = true;
      this.#records.set(cell.id, cell);
      if (!known && isWished(cell, this.wish)) added.push(cell.id);
    }
    if (!changed) return;
    if (this.state === 'ready' && added.length > 0) {
      this.shown = [...this.shown, ...added.toSorted((a, b) => a - b)];
      this.unsorted += added.length;
    }
    const tally = new Map<string, number>();
    for (const { class: name, state } of this.#records.values()) if (state !== 'withdrawn') tally.set(name, (tally.get(name) ?? 0) + 1);
    this.tally = tally;
    this.version += 1;
  }
}
