import type { CountDocument, CountedCell } from '../../domain/count-document.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import { type MotRow, writeMotResult } from '../../models/evaluate/track/mot-text.ts';
import type { FlowRecord } from '../../pipelines/flow/flow-record.ts';

const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

type FlowCount = NonNullable<CountDocument['flow']>;

/** Mean velocity, and how the speeds are spread. */
const velocities = (record: FlowRecord, umPerPx: number): FlowCount['velocityUmPerS'] => {
  const known = record.tracks.flatMap(({ velocity }) => (velocity === undefined ? [] : [velocity]));
  if (known.length === 0) return undefined;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const speeds = known.map(({ x, y }) => Math.hypot(x, y) * umPerPx).sort((a, b) => a - b);
  const at = (share: number): number => rounded(speeds[Math.min(speeds.length - 1, Math.floor(share * speeds.length))]!);
  const meanSpeed = mean(speeds);
  return {
    n: known.length,
    mean: { x: rounded(mean(known.map(({ x }) => x)) * umPerPx), y: rounded(mean(known.map(({ y }) => y)) * umPerPx) },
    meanSpeed: rounded(meanSpeed),
    sd: rounded(Math.sqrt(mean(speeds.map((speed) => (speed - meanSpeed) ** 2)))),
    p10: at(0.1),
    median: at(0.5),
    p90: at(0.9),
  };
};

/** The part of the count's document that only flowing cells have. */
export const flowCountOf = (
  record: FlowRecord,
  report: FieldReport,
  umPerPx: number,
  classes: readonly string[],
  list: boolean,
): FlowCount => {
  const { mean, most } = record.inView;
  const mm2 = (report.widthPx * report.heightPx * umPerPx ** 2) / 1e6;
  const velocityUmPerS = velocities(record, umPerPx);
  return {
    tracks: report.counts.reduce((sum, n) => sum + n, 0),
    crossings: (report.flow?.crossings ?? []).map(({ line, forward, backward }) => ({
      line: line.map((number) => rounded(number)) as [number, number, number, number],
      forward,
      backward,
    })),
    ...(velocityUmPerS === undefined ? {} : { velocityUmPerS }),
    inView: { mean: rounded(mean, 2), most, meanPerMm2: rounded(mean / mm2) },
    ...(list
      ? {
          list: record.tracks.map(({ id, classIndex, firstSeenMs, lastSeenMs, velocity }) => ({
            id,
            class: classes[classIndex] ?? String(classIndex),
            firstSeenMs: rounded(firstSeenMs),
            lastSeenMs: rounded(lastSeenMs),
            ...(velocity === undefined ? {} : { velocityUmPerS: { x: rounded(velocity.x * umPerPx), y: rounded(velocity.y * umPerPx) } }),
          })),
        }
      : {}),
  };
};

/** Each identity as a counted cell; box where it was seen last, in camera pixels of that frame. */
export const flowCells = (record: FlowRecord, classes: readonly string[]): CountedCell[] =>
  record.tracks.map(({ id, classIndex, score, box, firstSeenMs, sightings }) => ({
    id,
    class: classes[classIndex] ?? String(classIndex),
    score: rounded(score, 4),
    box: [rounded(box[0]), rounded(box[1]), rounded(box[2]), rounded(box[3])],
    firstSeenMs: rounded(firstSeenMs),
    sightings,
  }));

/** Every sighting as MOTChallenge text, those from before an identity was confirmed too. */
export const flowMot = (record: FlowRecord): string =>
  writeMotResult(record.sightings.map(({ frameId, id, box, score }): MotRow => ({ frame: frameId + 1, id, box, score })));

/** What the table says of flowing cells. */
export const flowLines = ({ flow }: CountDocument): string[] => {
  if (flow === undefined) return [];
  const { crossings, velocityUmPerS, inView } = flow;
  return [
    ...crossings.map(({ line, forward, backward }) => `line ${line.join(',')}: ${forward} forward, ${backward} backward`),
    velocityUmPerS === undefined
      ? 'no velocity: no cell was seen long enough'
      : `${velocityUmPerS.median} µm/s median speed (80 % within ${velocityUmPerS.p10}–${velocityUmPerS.p90}), mean velocity ${velocityUmPerS.mean.x}, ${velocityUmPerS.mean.y} µm/s`,
    `${inView.mean} cells in view on average, ${inView.most} at most; ${inView.meanPerMm2} / mm²`,
  ];
};
