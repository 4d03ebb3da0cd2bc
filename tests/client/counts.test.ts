import { expect, test } from 'vitest';
import { forwardArrow, turnedArrow } from '../../client/src/counts/crossing-arrow.ts';
import { stopShare } from '../../client/src/counts/stop-share.ts';
import { eventsCsv } from '../../client/src/events/event-words.ts';
import { groupedSettings, misfit, sliderStep } from '../../client/src/settings/setting-words.ts';
import { configuration } from '../../domain/configuration.ts';
import { settingsAnswer } from '../../domain/settings-document.ts';
import { stopProgressOf } from '../../domain/stop-rule.ts';
import { createSettings } from '../../server/settings.ts';

test.each([
  [[0.5, 0, 0.5, 1], '→', '←'],
  [[0.5, 1, 0.5, 0], '←', '→'],
  [[0, 0.5, 1, 0.5], '↑', '↓'],
  [[1, 0.5, 0, 0.5], '↓', '↑'],
] as const)('over the line %j forward is %s', (line, forward, backward) => {
  expect(forwardArrow(line as [number, number, number, number])).toBe(forward);
  expect(turnedArrow(forwardArrow(line as [number, number, number, number]))).toBe(backward);
});

test('the ring fills as counting goes on, and is full when the rule is reached', () => {
  const rule = { class: 'WBC', points: 3 };
  const shares = [20, 60, 200, 2000].map((n) => stopShare(stopProgressOf(rule, ['RBC', 'WBC'], [0.9 * n, 0.1 * n])));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeGreaterThan(0);
  expect(shares.at(-1)).toBe(1);
});

test('events are written oldest first, each in a line of its own', () => {
  const csv = eventsCsv([
    { at: 2000, level: 'error', text: 'it broke, "badly"' },
    { at: 1000, level: 'info', text: 'it began' },
  ]);
  expect(csv.split(/\r?\n/).slice(0, 3)).toEqual([
    'time,level,event',
    '1970-01-01T00:00:01.000Z,info,it began',
    '1970-01-01T00:00:02.000Z,error,"it broke, ""badly"""',
  ]);
});

const answer = settingsAnswer.parse(JSON.parse(JSON.stringify(createSettings(configuration.parse({}), {}, async () => {}).answer())));
const { properties } = answer.schema;

test('every setting of the schema stands in one group', () => {
  const shown = groupedSettings(properties, '').flatMap(({ settings }) => settings.map(({ key }) => key));
  expect(shown.toSorted()).toEqual(Object.keys(properties).toSorted());
});

test('a search finds words of names and descriptions, and all of them', () => {
  const found = (search: string): string[] => groupedSettings(properties, search).flatMap(({ settings }) => settings.map(({ key }) => key));
  expect(found('stop rule')).toEqual(['stopAt']);
  expect(found('TENSORRT')).toContain('engine');
  expect(found('no such words')).toEqual([]);
});

test('values are judged as the schema says', () => {
  const threads = properties['threads']!;
  expect([0, 64].map((n) => misfit(threads, n))).toEqual([undefined, undefined]);
  for (const value of [-1, 65, 1.5, Number.NaN, 'x']) expect(misfit(threads, value), String(value)).toBeDefined();
  expect(misfit(properties['umPerPx']!, 0)).toBe('more than 0');
  expect(misfit(properties['line']!, '0,0,1')).toBeDefined();
  expect(misfit(properties['line']!, null)).toBeUndefined();
});

test.each([
  [0, 1, false, 0.01],
  [10, 100, true, 1],
  [0, 64, true, 1],
  [5, 30, false, 1],
])('a slider from %d to %d has steps', (min, max, whole, step) => {
  expect(sliderStep(min, max, whole)).toBeCloseTo(step, 9);
});
