import { expect, test } from 'vitest';
import { controlConstraints, controlGroups, controlValues } from '../../client/src/publish/camera-controls.ts';
import { cameraProblem } from '../../client/src/publish/camera-problem.ts';

const capabilities = {
  exposureMode: ['manual', 'continuous'],
  exposureTime: { min: 1, max: 500, step: 1 },
  colorTemperature: { min: 2800, max: 6500 },
  focusMode: ['continuous'],
  brightness: { min: 3, max: 3, step: 1 },
};

test('controls are those the camera has a choice in', () => {
  const groups = controlGroups(capabilities);
  expect(groups.map(({ label, mode, ranges }) => [label, mode, ranges.map(({ name, step }) => [name, step])])).toEqual([
    ['Exposure', 'exposureMode', [['exposureTime', 1]]],
    ['White balance', undefined, [['colorTemperature', 37]]],
  ]);
  expect(controlGroups({})).toEqual([]);
});

test('a range whose mode is automatic is left to the camera', () => {
  const groups = controlGroups(capabilities);
  const values = controlValues(groups, { exposureMode: 'continuous', exposureTime: 20, colorTemperature: 5000, width: 1280 });
  expect(values).toEqual({ exposureMode: 'continuous', exposureTime: 20, colorTemperature: 5000 });
  expect(controlConstraints(groups, values)).toEqual({ exposureMode: 'continuous', colorTemperature: 5000 });
  expect(controlConstraints(groups, { ...values, exposureMode: 'manual' })).toEqual({
    exposureMode: 'manual',
    exposureTime: 20,
    colorTemperature: 5000,
  });
});

test.each(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'OverconstrainedError', 'SecurityError', 'TypeError'])(
  '%s is one line with what to do',
  (name) => {
    expect(cameraProblem(Object.assign(new Error('reason'), { name }))).toMatch(/^[^\n]+: [^\n]+$/);
  },
);
