import type { CellRecord } from '../../../domain/cell-record.ts';
import type { MapCell } from '../../../domain/wire.ts';
import { faultLine } from '../live/fault-line.ts';
import { SlideChart } from '../map/slide-chart.svelte.ts';
import type { ReviewWork } from './review-work.svelte.ts';

const PAGE_CELLS = 1000;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** A cell of a reading as the map shows it; undefined for one that is no longer there. */
const mapCellOf = ({ id, island, classIndex, score, state, box }: CellRecord): MapCell | undefined =>
  state === 'withdrawn'
    ? undefined
    : {
        id,
        island,
        classIndex,
        score,
        state,
        x: (box[0] + box[2]) / 2,
        y: (box[1] + box[3]) / 2,
        widthPx: box[2] - box[0],
        heightPx: box[3] - box[1],
      };

/** The slide map of a session with the cells of a reading, read once it is looked at. */
export class ReviewMap implements Disposable {
  readonly chart = new SlideChart();
  state: 'reading' | 'ready' = $state('reading');
  fault: string = $state('');
  readonly #work: ReviewWork;
  #closed = false;

  constructor(work: ReviewWork) {
    this.#work = work;
    void this.read();
  }

  async read(): Promise<void> {
    this.fault = '';
    try {
      await this.#readKeyframes();
      await this.#readCells();
      this.state = 'ready';
    } catch (error) {
      this.fault = faultLine(error);
    }
  }

  /** Cells that a correction touched, as they are now. */
  take(touched: readonly CellRecord[]): void {
    if (touched.length > 0) this.#put(touched);
  }

  /** Shades the fields that were looked through. */
  shade(reviewed: readonly number[]): void {
    const sizes = new Map(this.#work.fields.keyframes.map(({ id, widthPx, heightPx }) => [id, { widthPx, heightPx }]));
    const tiles = reviewed.flatMap((keyframe) => {
      const size = sizes.get(keyframe);
      return size ? [{ keyframe, box: [0, 0, size.widthPx, size.heightPx] as [number, number, number, number] }] : [];
    });
    this.chart.take({ type: 'map', whole: false, keyframes: [], cells: [], removedCells: [], looked: { whole: true, tiles } });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
  }

  async #readKeyframes(): Promise<void> {
    for (let from: number | undefined = 0; from !== undefined && !this.#closed; ) {
      const page = await this.#work.api.keyframes(from, true);
      const keyframes = page.keyframes.map(({ picture, ...keyframe }) => ({ ...keyframe, ...(picture && { picture: bytesOf(picture) }) }));
      this.chart.take({ type: 'map', whole: from === 0, keyframes, cells: [], removedCells: [] });
      from = page.next;
    }
  }

  async #readCells(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#work.source.page({ limit: PAGE_CELLS, ...(cursor && { cursor }) });
      if (this.#closed) return;
      this.#put(page.cells);
      cursor = page.next;
    } while (cursor !== undefined);
  }

  #put(cells: readonly CellRecord[]): void {
    const present = cells.flatMap((cell) => mapCellOf(cell) ?? []);
    const removedCells = cells.filter(({ state }) => state === 'withdrawn').map(({ id }) => id);
    const drawn = cells.flatMap(({ id, state, drawing }) => (drawing && state !== 'withdrawn' ? [{ ...drawing, id }] : []));
    this.chart.take({ type: 'map', whole: false, keyframes: [], cells: present, removedCells, ...(drawn.length > 0 && { drawn }) });
  }
}
