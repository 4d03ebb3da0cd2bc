import type { CellRecord } from '../../../domain/cell-record.ts';
import type { Change } from '../../../domain/review.ts';
import { faultLine } from '../live/fault-line.ts';
import type { ReviewWork } from './review-work.svelte.ts';

const PAGE_CELLS = 100;
/** Further cells are read when so few are left. */
const FEW = 20;

/** The cells of a reading, least certain first, looked at one by one. */
export class CellQueue {
  cells: readonly CellRecord[] = $state.raw([]);
  at: number = $state(0);
  total: number = $state(0);
  state: 'reading' | 'ready' = $state('reading');
  fault: string = $state('');
  /** Ids of cells that were judged here. */
  judged: ReadonlySet<number> = $state.raw(new Set());
  readonly present: CellRecord | undefined = $derived(this.cells[this.at]);
  readonly #work: ReviewWork;
  #cursor: string | undefined;

  constructor(work: ReviewWork) {
    this.#work = work;
    void this.read();
  }

  /** Reads the next page, or again where that failed. */
  async read(): Promise<void> {
    this.state = 'reading';
    this.fault = '';
    try {
      const page = await this.#work.source.page({
        sort: 'score',
        order: 'asc',
        limit: PAGE_CELLS,
        ...(this.#cursor && { cursor: this.#cursor }),
      });
      const known = new Set(this.cells.map(({ id }) => id));
      this.cells = [...this.cells, ...page.cells.filter(({ id }) => !known.has(id))];
      this.total = page.total;
      this.#cursor = page.next;
    } catch (error) {
      this.fault = faultLine(error);
    }
    this.state = 'ready';
  }

  move(by: number): void {
    this.at = Math.min(Math.max(0, this.cells.length - 1), Math.max(0, this.at + by));
    if (this.cells.length - this.at < FEW && this.#cursor !== undefined && this.state === 'ready') void this.read();
  }

  /** The class is right: it is kept as it is, and the next cell comes. */
  confirm(): Promise<void> {
    return this.classify(this.present?.class ?? '');
  }

  classify(name: string): Promise<void> {
    return this.#judge((cell) => ({ kind: 'reclassify', cells: [cell], class: name }));
  }

  delete(): Promise<void> {
    return this.#judge((cell) => ({ kind: 'delete', cells: [cell] }));
  }

  mark(): Promise<void> {
    return this.#judge((cell) => ({ kind: 'mark', cells: [cell], uncertain: true }));
  }

  /** A correction made anywhere shows here too. */
  take(touched: readonly CellRecord[]): void {
    const fresh = new Map(touched.map((cell) => [cell.id, cell]));
    if (this.cells.some(({ id }) => fresh.has(id))) this.cells = this.cells.map((cell) => fresh.get(cell.id) ?? cell);
  }

  async #judge(changeOf: (cell: number) => Change): Promise<void> {
    const cell = this.present;
    if (!cell) return;
    const change = changeOf(cell.id);
    // What is as it was needs no correction: it was looked at, which is enough.
    const same = change.kind === 'reclassify' && change.class === cell.class;
    if (!same && !(await this.#work.correct(change))) return;
    if (same) this.#work.said = `Cell #${cell.id} stays ${cell.class}`;
    this.judged = new Set([...this.judged, cell.id]);
    if (this.present?.id === cell.id) this.move(1);
  }
}
