import { type CellPage, type CellQuery, type CellStory, cellPage, type ReadingNumber } from '../../../domain/cell-record.ts';
import { reviewedStory } from '../../../domain/review.ts';
import { CellSource } from '../cell/cell-source.ts';
import { callApi } from '../live/access.ts';

/** The cells of a session as a reading has them. */
export class ReadingSource extends CellSource {
  readonly reading: ReadingNumber;

  constructor(base: string, reading: ReadingNumber) {
    super(base);
    this.reading = reading;
  }

  override async page(query: Partial<CellQuery>): Promise<CellPage> {
    const told = Object.entries({ ...query, reading: this.reading }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    );
    return cellPage.parse(await callApi('GET', `${this.base}/cells?${new URLSearchParams(told)}`));
  }

  override async story(cell: number): Promise<CellStory> {
    const { corrections: _, ...story } = reviewedStory.parse(await callApi('GET', `${this.base}/cells/${cell}?reading=${this.reading}`));
    return story;
  }
}
