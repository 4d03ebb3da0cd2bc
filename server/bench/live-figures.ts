import { type Figure, percentile } from './figures.ts';
import type { FileFigures } from './file-run.ts';
import type { LiveFigures } from './live-run.ts';
import { type ScanFigures, totalError, worstClassError } from './scan-run.ts';

const percent = (share: number): number => share * 100;

/** What must hold, as measured. */
export const liveFigures = (
  trueBoxes: readonly ScanFigures[],
  detector: readonly ScanFigures[],
  file: FileFigures,
  live: LiveFigures,
): Figure[] => {
  const errors = [...trueBoxes, ...detector].flatMap(({ placementErrorsPx }) => placementErrorsPx);
  const frames = [...trueBoxes, ...detector].reduce((sum, scan) => sum + scan.frames, 0);
  const registered = [...trueBoxes, ...detector].reduce((sum, scan) => sum + scan.registered, 0);
  const { slopeMbPerMinute } = live.memory;
  return [
    {
      what: 'unique count, true boxes: worst class of any scan',
      measured: percent(Math.max(...trueBoxes.map(worstClassError))),
      unit: '%',
      bound: { atMost: 1 },
    },
    {
      what: 'unique count, shipped detector: worst total of any scan',
      measured: percent(Math.max(...detector.map((scan) => Math.abs(totalError(scan))))),
      unit: '%',
      bound: { atMost: 10 },
    },
    {
      what: 'unique count, shipped detector: worst class of any scan',
      measured: percent(Math.max(...detector.map(worstClassError))),
      unit: '%',
      bound: undefined,
    },
    { what: 'frames registered', measured: percent(registered / frames), unit: '%', bound: undefined },
    { what: 'registration error, median', measured: percentile(errors, 0.5) ?? Number.NaN, unit: 'px', bound: { atMost: 1.5 } },
    { what: 'registration error, p95', measured: percentile(errors, 0.95) ?? Number.NaN, unit: 'px', bound: { atMost: 4 } },
    { what: 'registration error, worst', measured: percentile(errors, 1) ?? Number.NaN, unit: 'px', bound: undefined },
    { what: 'count of a 1280×720 file', measured: file.framesPerSecond, unit: 'frames/s', bound: { atLeast: 60 } },
    { what: 'live 1280×720: annotated pictures', measured: live.framesPerSecond, unit: 'frames/s', bound: undefined },
    { what: 'live: frames not registered', measured: live.unregistered, unit: '', bound: { atMost: 0 } },
    { what: 'live: capture → annotation published, p95', measured: live.latencyMs.p95 ?? Number.NaN, unit: 'ms', bound: { atMost: 100 } },
    {
      what: 'live: frames that never entered',
      measured: Object.values(live.report?.frames.dropped ?? {}).reduce((a, b) => a + b, 0),
      unit: '',
      bound: undefined,
    },
    ...(slopeMbPerMinute === undefined
      ? []
      : [
          {
            what: `memory of the camera process after the second of ${Math.round(live.seconds / 60)} minutes`,
            measured: slopeMbPerMinute,
            unit: 'MB/min',
            bound: { atMost: 1 },
          },
        ]),
  ];
};
