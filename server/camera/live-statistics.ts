import { concentrationsOf, fieldFactors } from '../../domain/concentration.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import { parseStopRule, stopProgressOf } from '../../domain/stop-rule.ts';
import type { CameraSettings } from './camera-messages.ts';

/** Adds to a report how far the stop rule is from being reached, and the estimated concentrations; `onReached` hears once when it is. */
export type LiveStatistics = (report: FieldReport) => FieldReport;

/** The area grows with nearly every frame; concentrations follow it so often, in frames. */
const FOLLOW_EVERY = 30;

export const createLiveStatistics = (
  settings: CameraSettings,
  classes: readonly string[],
  onReached: (line: string) => void,
): LiveStatistics => {
  const { plateletFactor, wbcFactor, fieldNumberMm } = settings;
  const rule = parseStopRule(settings.stopAt ?? '');
  const factors = fieldFactors(plateletFactor, wbcFactor);
  let of = '';
  let sinceFrames = 0;
  let added: Pick<FieldReport, 'stop' | 'concentration'> = {};
  let reached = false;
  return (report) => {
    const counts = report.counts.join();
    sinceFrames++;
    if (report.flow !== undefined || (counts === of && sinceFrames < FOLLOW_EVERY)) return { ...report, ...added };
    of = counts;
    sinceFrames = 0;
    const areasMm2 = (report.slide.countedUm2 ?? []).map((um2) => um2 / 1e6);
    const stop = rule === undefined || !classes.includes(rule.class) ? undefined : stopProgressOf(rule, classes, report.counts);
    added = {
      ...(stop === undefined ? {} : { stop }),
      concentration: concentrationsOf(classes, report.counts, areasMm2, factors, fieldNumberMm),
    };
    if (stop?.reached && !reached)
      onReached(`enough is counted: the share of ${stop.class} is known to ± ${stop.nowPoints.toFixed(1)} percentage points`);
    reached = stop?.reached ?? false;
    return { ...report, ...added };
  };
};
