import type { CellRecord, ReadingNumber } from '../../../domain/cell-record.ts';
import { changeText } from '../../../domain/change-text.ts';
import type { Timeline } from '../../../domain/recording.ts';
import type { Change, ChangeAnswer, ReviewState } from '../../../domain/review.ts';
import type { SessionDetail } from '../../../domain/session.ts';
import { faultLine } from '../live/fault-line.ts';
import { DrawnCells } from './drawn-cells.svelte.ts';
import { FrameRows } from './frame-rows.ts';
import { Playback } from './playback.svelte.ts';
import { keepReaderName, readerName } from './reader-name.ts';
import { ReadingSource } from './reading-source.ts';
import { ReviewApi } from './review-api.ts';
import { ReviewFields } from './review-fields.svelte.ts';

const TIMELINE_BINS = 600;
const AGAIN_MS = 5000;

/** The review of one session by one reader: what is known of it, what is selected, and the corrections, which the service keeps. */
export class ReviewWork implements Disposable {
  readonly api: ReviewApi;
  readonly reading: ReadingNumber;
  readonly source: ReadingSource;
  readonly fields: ReviewFields;
  readonly drawn: DrawnCells;
  by: string = $state('');
  detail: SessionDetail | undefined = $state.raw();
  timeline: Timeline | undefined = $state.raw();
  /** How the reading stands. */
  state: ReviewState | undefined = $state.raw();
  playback: Playback | undefined = $state.raw();
  /** Why the session cannot be shown. */
  fault: string = $state('');
  /** Why the last correction was refused. */
  refusal: string = $state('');
  /** What was done last, for ears and for the line at the foot. */
  said: string = $state('');
  busy: boolean = $state(false);
  selection: ReadonlySet<number> = $state.raw(new Set());
  /** The cells that the last correction touched. */
  touched: readonly CellRecord[] = $state.raw([]);
  /** A correction that waits for the reader's name. */
  waiting: (() => void) | undefined = $state.raw();
  readonly classes: readonly string[] = $derived(this.detail?.classes ?? []);
  readonly isWatching: boolean = $derived(this.detail?.live === true);
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(id: string, reading: ReadingNumber) {
    this.api = new ReviewApi(id);
    this.reading = reading;
    this.source = new ReadingSource(this.api.base, reading);
    this.fields = new ReviewFields(this.api);
    this.drawn = new DrawnCells(this.source);
    this.by = readerName(reading);
    void this.open();
  }

  async open(): Promise<void> {
    this.fault = '';
    try {
      const [detail, told, state] = await Promise.all([this.api.detail(), this.api.timeline(TIMELINE_BINS), this.api.review(this.reading)]);
      if (this.#closed) return;
      this.detail = detail;
      this.timeline = told;
      this.state = state;
      this.playback?.[Symbol.dispose]();
      this.playback = new Playback(this.api, new FrameRows(this.api, told), () => ({ reading: this.reading, head: this.state?.head ?? 0 }));
      void this.fields.read();
      void this.drawn.read();
      void this.playback.seek(told.startMs);
      if (detail.live) this.#timer = setInterval(() => void this.#look(), AGAIN_MS);
    } catch (error) {
      this.fault = faultLine(error);
    }
  }

  /** Selects cells: in place of the selected ones, or besides them, where those already selected are let go. */
  select(cells: readonly number[], besides = false): void {
    const next = new Set(besides ? this.selection : []);
    for (const cell of cells) if (!(besides && next.delete(cell))) next.add(cell);
    this.selection = next;
  }

  nameReader(name: string): void {
    this.by = name.trim();
    keepReaderName(this.reading, this.by);
    const act = this.waiting;
    this.waiting = undefined;
    if (this.by !== '') act?.();
  }

  /** Makes a correction; tells whether it was taken. Without a reader's name it waits for one. */
  async correct(change: Change): Promise<boolean> {
    if (this.by === '') {
      this.waiting = () => void this.correct(change);
      return false;
    }
    return this.#take(
      () => this.api.correct(this.reading, this.by, change),
      ({ cells }) => {
        const made = cells.filter(({ state }) => state !== 'withdrawn').map(({ id }) => id);
        if (change.kind === 'delete') this.selection = new Set();
        if (change.kind === 'add' || change.kind === 'split' || change.kind === 'merge') this.selection = new Set(made);
        return changeText(change);
      },
    );
  }

  undo(): Promise<boolean> {
    const what = this.state?.undo;
    if (what === undefined) return Promise.resolve(false);
    return this.#take(
      () => this.api.step('undo', this.reading, this.by),
      () => `Undone: ${what}`,
    );
  }

  redo(): Promise<boolean> {
    const what = this.state?.redo;
    if (what === undefined) return Promise.resolve(false);
    return this.#take(
      () => this.api.step('redo', this.reading, this.by),
      () => `Done again: ${what}`,
    );
  }

  /**
   * Brings the recording to a frame that shows a cell: one of its sightings, from the middle of them; a cell that a reader made has none, and is shown on
   * the field of the map that it lies in. Throws an Error with one line for a person.
   */
  async showCell(cell: number): Promise<void> {
    const { sightings, cell: record } = await this.source.story(cell);
    const seen = sightings[sightings.length >> 1]?.frame ?? (await this.fields.frameShowing(record));
    if (seen === undefined) throw new Error(`No recorded frame shows cell #${cell}`);
    await this.playback?.toFrame(seen);
  }

  /** Reads again how the reading stands. */
  async readState(): Promise<void> {
    this.state = await this.api.review(this.reading).catch(() => this.state);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.drawn[Symbol.dispose]();
    this.playback?.[Symbol.dispose]();
  }

  async #take(ask: () => Promise<ChangeAnswer>, after: (answer: ChangeAnswer) => string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.refusal = '';
    try {
      const answer = await ask();
      this.state = answer.review;
      this.touched = answer.cells;
      this.drawn.take(answer.cells);
      this.said = after(answer);
      void this.playback?.refresh();
      return true;
    } catch (error) {
      this.refusal = faultLine(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** A session that is being written grows. */
  async #look(): Promise<void> {
    if (document.hidden) return;
    const [detail, told] = await Promise.all([this.api.detail(), this.api.timeline(TIMELINE_BINS)]).catch(() => []);
    if (!detail || !told) return;
    this.detail = detail;
    this.timeline = told;
    this.playback?.grow(told.endMs);
    void this.drawn.readNewest();
    if (!detail.live) clearInterval(this.#timer);
  }
}
