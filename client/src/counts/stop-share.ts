import type { StopProgress } from '../../../domain/stop-rule.ts';

/** How much of the counting that a stop rule asks for is done, 0 to 1: the interval shrinks with the root of what is counted. */
export const stopShare = ({ reached, points, nowPoints }: Pick<StopProgress, 'reached' | 'points' | 'nowPoints'>): number =>
  reached || nowPoints <= 0 ? 1 : Math.min(1, (points / nowPoints) ** 2);
