import { expect, test } from 'vitest';
import { areaWords, intervalWords, roundWords, shareWords, timeWords } from '../../client/src/shell/number-words.ts';
import { sourceLabel } from '../../client/src/sources/source-label.ts';

test.each([
  ['simulate:', 'Virtual microscope'],
  ['simulate:?seed=3&dirt=1&jumps=0', 'Virtual microscope · seed 3 · dirt'],
  ['simulate:flow?speed=fast&seed=5', 'Virtual flow channel · fast · seed 5'],
  ['camera:USB Microscope', 'USB Microscope'],
  ['rtsp://bench.local/live', 'rtsp://bench.local/live'],
  ['uploads/0a1b2c3d-smear 4.mp4', 'smear 4.mp4'],
  ['C:\\scans\\smear.avi', 'smear.avi'],
])('the source %s is called %s', (address, label) => {
  expect(sourceLabel(address)).toBe(label);
});

test.each([
  [intervalWords({ low: 36.25, high: 64.81 }), '36.3 – 64.8'],
  [intervalWords({ low: 1215.4, high: 1356.2 }), '1,215 – 1,356'],
  [shareWords(0.0094), '0.94 %'],
  [shareWords(0.921), '92.1 %'],
  [areaWords(4731), '4,731 µm²'],
  [areaWords(123_456), '0.123 mm²'],
  [timeWords(61_250), '1:01.2'],
  [timeWords(9999), '0:09.9'],
])('%s', (said, expected) => {
  expect(said).toBe(expected);
});

test('an estimate is told in the digits that it is good for', () => {
  expect([144_401, 52_992, 8.4123].map(roundWords)).toEqual(['144,000', '53,000', '8']);
});
