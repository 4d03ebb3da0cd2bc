import { expect, it } from 'vitest';
import { firstState } from '../../models/train/checkpoint.ts';
import { firstSchedule, heedJudgement, learningRateAt } from '../../models/train/schedule.ts';
import { openBudget } from '../../models/train/time-budget.ts';

const cosine = { schedule: { kind: 'cosine' }, learningRate: 0.01, warmUp: 0.1 } as const;
const plateau = { schedule: { kind: 'plateau', factor: 0.5, patience: 1 }, learningRate: 0.01, warmUp: 0 } as const;

it('rises, then falls along half a cosine', () => {
  const state = firstSchedule(100);
  const rates = Array.from({ length: 100 }, (_, step) => learningRateAt(cosine, state, step));
  expect(rates[0]).toBeCloseTo(0.001);
  expect(Math.max(...rates)).toBeCloseTo(0.01);
  expect(rates.indexOf(Math.max(...rates))).toBe(9);
  expect(rates[99]).toBeLessThan(0.0002);
  for (let step = 11; step < 100; step++) expect(rates[step]).toBeLessThan(rates[step - 1]!);
});

it('lowers the rate on a plateau, and ends the run after a long one', () => {
  const state = firstSchedule(100);
  const judge = (isBest: boolean): boolean => heedJudgement({ ...plateau, stopAfter: 4 }, state, isBest);
  expect([judge(true), judge(false), judge(true), judge(false)]).toEqual([false, false, false, false]);
  expect(learningRateAt(plateau, state, 50)).toBe(0.01);
  expect(judge(false)).toBe(false);
  expect(learningRateAt(plateau, state, 50)).toBe(0.005);
  expect([judge(false), judge(false)]).toEqual([false, true]);
});

it('plans as many steps as the minutes hold', () => {
  const state = firstState({ weights: new Float32Array(1), statistics: new Float32Array(0) }, 10_000);
  const budget = openBudget(0, 10, state, 10_000);
  for (let nowMs = 1000; state.moments.step < state.schedule.steps; nowMs += 1000) {
    state.moments.step++;
    budget.replan(nowMs, state);
    expect(nowMs).toBeLessThan(600_000);
  }
  expect(state.schedule.steps).toBeGreaterThan(540);
  const free = firstState({ weights: new Float32Array(1), statistics: new Float32Array(0) }, 50);
  openBudget(0, undefined, free, 50).replan(1e9, free);
  expect(free.schedule.steps).toBe(50);
});
