import type { Configuration } from '../../domain/configuration.ts';
import { csvLine } from '../../domain/csv.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import { parseStopRule } from '../../domain/stop-rule.ts';
import type { Camera } from '../camera/camera.ts';
import { statisticsBasis, statisticsOf } from '../report-statistics.ts';

/** Counted cells of one class with the 95 % interval of the total. */
export type CountRow = { readonly class: string; readonly n: number; readonly low: number; readonly high: number };

const round = (value: number): number => Math.round(value * 10) / 10;

export const countRows = (camera: Camera): CountRow[] =>
  camera.status.classes.map((name, i) => {
    const n = camera.report?.counts[i] ?? 0;
    const { low, high } = poissonInterval(n);
    return { class: name, n, low: round(low), high: round(high) };
  });

/** Answer of `GET /api/cameras/ID/counts`. */
export const countsAnswer = (camera: Camera, configuration: Configuration): object => {
  const { status, report } = camera;
  return {
    schema: 'smearscope.counts/1',
    camera: camera.id,
    source: status.source,
    state: status.state,
    model: status.model,
    umPerPx: status.umPerPx,
    umPerPxFrom: status.umPerPxFrom,
    counts: Object.fromEntries(countRows(camera).map(({ class: name, ...row }) => [name, row])),
    ...(report === undefined || status.umPerPx === undefined || report.flow !== undefined
      ? {}
      : {
          statistics: statisticsOf(
            statisticsBasis(
              report,
              status.classes,
              { ...configuration, umPerPx: status.umPerPx },
              parseStopRule(configuration.stopAt ?? ''),
            ),
          ),
        }),
    frames: report?.frames ?? { decoded: 0, registered: 0, inferred: 0, rejected: {}, dropped: {} },
    slide: report?.slide ?? { islands: 0, keyframes: 0, areaUm2: 0 },
  };
};

export const countsCsv = (camera: Camera): string =>
  csvLine(['class', 'counted', 'low95', 'high95']) +
  countRows(camera)
    .map((row) => csvLine([row.class, row.n, row.low, row.high]))
    .join('');
