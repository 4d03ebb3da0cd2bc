import { z } from 'zod';
import { binomialInterval } from './statistics.ts';

/** When enough is counted: the 95 % interval of a class's share lies within so many percentage points of it, on either side. */
export const stopRule = z.strictObject({ class: z.string().min(1).max(40), points: z.number().min(0.01).max(50) });
export type StopRule = z.infer<typeof stopRule>;

export const stopProgress = z.strictObject({
  ...stopRule.shape,
  reached: z.boolean(),
  /** Farther end of the interval from the share, in percentage points. */
  nowPoints: z.number(),
  /** Cells of all classes, and of this one, that are still to be counted if the share stays what it is. */
  cellsToGo: z.int().min(0),
  ofClassToGo: z.int().min(0),
});
export type StopProgress = z.infer<typeof stopProgress>;

/** Reads `WBC±3`, `WBC+-3` or `WBC 3`, with or without %; `undefined` where it is none of them. */
export const parseStopRule = (text: string): StopRule | undefined => {
  const match = /^\s*(.+?)\s*(?:±|\+\/?-|\s)\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:%|points?)?\s*$/.exec(text);
  const parsed = stopRule.safeParse({ class: match?.[1], points: Number(match?.[2]) });
  return parsed.success ? parsed.data : undefined;
};

const reach = (successes: number, n: number): number => {
  const { low, high } = binomialInterval(successes, n);
  const share = n === 0 ? 0.5 : successes / n;
  return 100 * Math.max(share - low, high - share);
};

/** Beyond this many cells no rule is followed up. */
const MOST_CELLS = 100_000_000;

/**
 * How far a rule is from being reached. The interval is Clopper and Pearson's; a share of which nothing was seen yet is not taken for none:
 * it is foretold as if half a cell had been found.
 */
export const stopProgressOf = (rule: StopRule, classes: readonly string[], counts: readonly number[]): StopProgress => {
  const total = classes.reduce((sum, _, i) => sum + (counts[i] ?? 0), 0);
  const n = counts[classes.indexOf(rule.class)] ?? 0;
  const nowPoints = reach(n, total);
  if (nowPoints <= rule.points) return { ...rule, reached: true, nowPoints, cellsToGo: 0, ofClassToGo: 0 };
  const share = total === 0 ? 0.5 : Math.min(total - 0.5, Math.max(0.5, n)) / total;
  let less = total;
  let enough = Math.max(2 * total, 16);
  while (enough < MOST_CELLS && reach(share * enough, enough) > rule.points) enough *= 2;
  while (enough - less > 1) {
    const middle = Math.floor((less + enough) / 2);
    if (reach(share * middle, middle) > rule.points) less = middle;
    else enough = middle;
  }
  return { ...rule, reached: false, nowPoints, cellsToGo: enough - total, ofClassToGo: Math.max(0, Math.ceil(share * enough) - n) };
};
