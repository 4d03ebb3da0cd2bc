import { expect, test } from 'vitest';
import { runFlowSuite } from '../../server/bench/flow-suite.ts';

test('flow at three speeds: identities hold, and crossings are right to two in a hundred', async () => {
  const said: string[] = [];
  const figures = await runFlowSuite(
    { seeds: 1, frames: 300, firstSeed: 2001, python: '/no/such/python' },
    { say: (line) => said.push(line), signal: new AbortController().signal },
  );
  const ours = figures.filter(({ tracker }) => tracker === 'ours');
  expect(ours.map(({ speed }) => speed)).toEqual(['slow', 'medium', 'fast']);
  for (const { metrics, crossings } of ours) {
    expect(metrics.HOTA).toBeGreaterThan(0.7);
    expect(metrics.IDF1).toBeGreaterThan(0.85);
    expect(Math.abs(crossings.counted - crossings.truth)).toBeLessThanOrEqual(Math.max(2, 0.02 * crossings.truth));
  }
  expect(said.some((line) => line.includes('public trackers are left out'))).toBe(true);
});
