import { binomialInterval, type Interval, poissonInterval } from '../../../domain/statistics.ts';

/** One class of cells: its count, Poisson interval of the count, share of all cells and binomial interval of the share. */
export class ClassCount {
  readonly index: number;
  readonly name: string;
  n: number = $state(0);
  total: number = $state(0);
  /** Counts at the board's `trendTimes`. */
  trend: readonly number[] = $state.raw([]);
  readonly interval: Interval = $derived(poissonInterval(this.n));
  readonly share: number = $derived(this.total > 0 ? this.n / this.total : 0);
  readonly shareInterval: Interval = $derived(binomialInterval(this.n, this.total));

  constructor(index: number, name: string) {
    this.index = index;
    this.name = name;
  }
}

const TREND_POINTS = 600;
const FIRST_STEP_MS = 500;

/** Counts of all classes and how they grew. Intervals are computed anew only when a number changes. */
export class CountBoard {
  classes: readonly ClassCount[] = $state.raw([]);
  readonly names: readonly string[] = $derived(this.classes.map(({ name }) => name));
  total: number = $state(0);
  readonly totalInterval: Interval = $derived(poissonInterval(this.total));
  /** Capture times in seconds at which the trends were sampled, at even distances, oldest first. */
  trendTimes: readonly number[] = $state.raw([]);
  #stepMs = FIRST_STEP_MS;
  #sampledAtMs: number | undefined;

  /** Takes the bundle's classes; a camera that does not know them yet has none, and leaves the present ones standing. */
  name(classes: readonly string[]): void {
    if (classes.length === 0 || classes.join('\n') === this.names.join('\n')) return;
    this.classes = classes.map((name, index) => new ClassCount(index, name));
    this.clear();
  }

  /** Back to nothing counted. */
  clear(): void {
    this.#forget();
    this.#set([]);
  }

  /** Takes the counts of a report, one for each class, at the capture time of its frame. */
  take(counts: readonly number[], atMs: number): void {
    const total = counts.reduce((sum, n) => sum + n, 0);
    // Merging two cells takes one away; only a reset takes most of them.
    const restarted = total < this.total / 2 || (this.#sampledAtMs !== undefined && atMs < this.#sampledAtMs);
    if (restarted) this.#forget();
    this.#set(counts);
    if (this.#sampledAtMs === undefined || atMs - this.#sampledAtMs >= this.#stepMs) this.#sample(atMs);
  }

  #set(counts: readonly number[]): void {
    this.total = counts.reduce((sum, n) => sum + n, 0);
    for (const row of this.classes) {
      row.n = counts[row.index] ?? 0;
      row.total = this.total;
    }
  }

  #sample(atMs: number): void {
    this.#sampledAtMs = atMs;
    const full = this.trendTimes.length >= TREND_POINTS;
    if (full) this.#stepMs *= 2;
    const thinned = (values: readonly number[]): readonly number[] => (full ? values.filter((_, i) => i % 2 === 1) : values);
    this.trendTimes = [...thinned(this.trendTimes), atMs / 1000];
    for (const row of this.classes) row.trend = [...thinned(row.trend), row.n];
  }

  #forget(): void {
    this.#stepMs = FIRST_STEP_MS;
    this.#sampledAtMs = undefined;
    this.trendTimes = [];
    for (const row of this.classes) row.trend = [];
  }
}
