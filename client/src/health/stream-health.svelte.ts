import type { FieldReport, FrameTally } from '../../../domain/field-report.ts';

/** How the stream does, as of the last half second. Rates are for each second, times in ms. */
export type HealthReading = {
  readonly frames: FrameTally;
  readonly cameraRate: number;
  readonly shownRate: number;
  readonly latencyMs: number;
  readonly latencyP95Ms: number;
  /** Latest latencies, oldest first, for drawing. */
  readonly latencies: readonly number[];
  readonly stageMs: Readonly<Record<string, number>>;
  /** Frames the service did not send to this viewer because it was slow. */
  readonly skippedByService: number;
  /** Pictures that arrived and were never shown. */
  readonly skippedHere: number;
};

type Arrival = { readonly atMs: number; readonly latencyMs: number; readonly decoded: number };

const WINDOW_MS = 5000;
const READING_EVERY_MS = 500;

const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
};

/** Watches frames arrive and gives a calm reading twice a second. Times come in with the frames. */
export class StreamHealth {
  reading: HealthReading | undefined = $state.raw();
  #arrivals: Arrival[] = [];
  #shown: number[] = [];
  #skippedHere = 0;
  #readAtMs = Number.NEGATIVE_INFINITY;

  take(report: FieldReport, latencyMs: number, skipped: number, nowMs: number): void {
    this.#arrivals.push({ atMs: nowMs, latencyMs, decoded: report.frames.decoded });
    if (nowMs - this.#readAtMs < READING_EVERY_MS) return;
    this.#readAtMs = nowMs;
    this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    this.#shown = this.#shown.filter((atMs) => atMs > nowMs - WINDOW_MS);
    const first = this.#arrivals[0];
    const seconds = first ? (nowMs - first.atMs) / 1000 : 0;
    const rate = (n: number): number => (seconds > 0.2 ? Math.max(0, n) / seconds : 0);
    const latencies = this.#arrivals.map((arrival) => arrival.latencyMs);
    this.reading = {
      frames: report.frames,
      cameraRate: rate(report.frames.decoded - (first?.decoded ?? 0)),
      shownRate: rate(this.#shown.length - 1),
      latencyMs,
      latencyP95Ms: quantile(latencies, 0.95),
      latencies,
      stageMs: report.stageMs,
      skippedByService: skipped,
      skippedHere: this.#skippedHere,
    };
  }

  shown(nowMs: number): void {
    this.#shown.push(nowMs);
  }

  skipped(): void {
    this.#skippedHere += 1;
  }

  /** Forgets rates and latencies, as after a pause; what was skipped stays counted. */
  interrupt(): void {
    this.#arrivals = [];
    this.#shown = [];
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }
}
