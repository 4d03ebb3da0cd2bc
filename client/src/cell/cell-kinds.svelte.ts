import { type CellClassification, cellClassification } from '../../../domain/cell-classification.ts';
import { callApi } from '../live/access.ts';
import { faultLine } from '../live/fault-line.ts';
import type { CellSource } from './cell-source.ts';

/** What a cell is likely to be, asked for once, until disposed. */
export class KindReading implements Disposable {
  said: CellClassification | undefined = $state.raw();
  fault: string = $state('');
  #closed = false;

  constructor(source: CellSource, cell: number) {
    void this.#ask(`${source.base}/cells/${cell}/classification`);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
  }

  async #ask(address: string): Promise<void> {
    try {
      const said = cellClassification.parse(await callApi('GET', address));
      if (!this.#closed) this.said = said;
    } catch (error) {
      if (!this.#closed) this.fault = faultLine(error);
    }
  }
}
