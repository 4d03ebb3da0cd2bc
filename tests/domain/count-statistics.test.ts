import { describe, expect, test } from 'vitest';
import { fieldAreaMm2 } from '../../domain/concentration.ts';
import { countStatistics, countStatisticsOf } from '../../domain/count-statistics.ts';
import { per100 } from '../../domain/differential.ts';
import { binomialInterval } from '../../domain/statistics.ts';
import { parseStopRule, stopProgressOf } from '../../domain/stop-rule.ts';

const classes = ['RBC', 'WBC', 'Platelets'];

describe('stop rule', () => {
  test.each([
    ['WBC±3', { class: 'WBC', points: 3 }],
    [' WBC ± 2.5 % ', { class: 'WBC', points: 2.5 }],
    ['Platelets+-1', { class: 'Platelets', points: 1 }],
    ['WBC +/- 3', { class: 'WBC', points: 3 }],
    ['WBC', undefined],
    ['WBC±', undefined],
    ['WBC±0', undefined],
    ['±3', undefined],
  ])('reads %s', (text, rule) => expect(parseStopRule(text)).toEqual(rule));

  test('is reached exactly when the cells to go are counted, and not one sooner', () => {
    const rule = { class: 'WBC', points: 3 };
    const now = stopProgressOf(rule, classes, [60, 10, 30]);
    expect(now.reached).toBe(false);
    const n = 100 + now.cellsToGo;
    const half = (cells: number): number => {
      const { low, high } = binomialInterval(0.1 * cells, cells);
      return 100 * Math.max(0.1 - low, high - 0.1);
    };
    expect(half(n)).toBeLessThanOrEqual(3);
    expect(half(n - 1)).toBeGreaterThan(3);
    expect(now.ofClassToGo).toBe(Math.ceil(0.1 * n) - 10);
  });

  test('is not reached by nothing, and foretells something where none of the class was seen', () => {
    expect(stopProgressOf({ class: 'WBC', points: 3 }, classes, [0, 0, 0]).reached).toBe(false);
    const none = stopProgressOf({ class: 'WBC', points: 0.5 }, classes, [50, 0, 0]);
    expect(none.reached).toBe(false);
    expect(none.cellsToGo).toBeGreaterThan(100);
  });

  test('stays reached as a share is held to', () => {
    expect(stopProgressOf({ class: 'WBC', points: 3 }, classes, [900, 50, 50])).toMatchObject({
      reached: true,
      cellsToGo: 0,
      ofClassToGo: 0,
    });
  });
});

test('white cells for 100 red ones have the interval of the odds', () => {
  const { low, high } = binomialInterval(10, 110);
  expect(per100(10, 100)).toEqual({ per100: 10, low: (100 * low) / (1 - low), high: (100 * high) / (1 - high) });
  expect(per100(3, 0)).toBeUndefined();
});

describe('statistics of a count', () => {
  const statistics = countStatisticsOf({
    classes,
    counts: [900, 10, 90],
    areaUm2: 200_000,
    fieldUm2: 5000,
    stop: { class: 'WBC', points: 1 },
  });

  test('hold to their schema', () => expect(countStatistics.parse(statistics)).toEqual(statistics));

  test('give densities by area and by field', () => {
    expect(statistics.fields).toBe(40);
    expect(statistics.density[0]).toMatchObject({ class: 'RBC', perMm2: 4500, perField: 22.5 });
    expect(statistics.differential?.ratios.map(({ class: name, to }) => `${name} to ${to}`)).toEqual(['WBC to RBC', 'Platelets to RBC']);
  });

  test('estimate concentrations from fields of the factor’s size, whatever the camera shows', () => {
    // 0.2 mm across at 100×, 0.5 mm at 40×.
    expect(fieldAreaMm2(100)).toBeCloseTo(0.031416, 6);
    const platelets = statistics.concentration.find(({ class: name }) => name === 'Platelets')!;
    expect(platelets.perField).toBeCloseTo((90 / 0.2) * 0.031416, 3);
    expect(platelets.perUl).toBeCloseTo(15_000 * platelets.perField, 3);
    const white = statistics.concentration.find(({ class: name }) => name === 'WBC')!;
    expect(white.perUl).toBeCloseTo((2000 * 10 * fieldAreaMm2(40)) / 0.2, 3);
    expect(white.low).toBeLessThan(white.perUl);
    expect(white.assumes).toContain('2000');
  });

  test('take the area that each class was counted in', () => {
    const { density } = countStatisticsOf({
      classes,
      counts: [900, 10, 90],
      areaUm2: 200_000,
      countedUm2: [180_000, 0, 190_000],
      fieldUm2: 5000,
    });
    expect(density).toMatchObject([
      { class: 'RBC', areaMm2: 0.18, perMm2: 5000, perField: 25 },
      { class: 'Platelets', areaMm2: 0.19 },
    ]);
  });

  test('say nothing of nothing', () => {
    const none = countStatisticsOf({ classes, counts: [0, 0, 0], areaUm2: 0, fieldUm2: 5000 });
    expect([none.differential, none.density, none.concentration]).toEqual([undefined, [], []]);
  });
});
