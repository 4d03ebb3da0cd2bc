import { expect, test } from 'vitest';
import { type CrossingLine, type LineStand, stepOver } from '../../../pipelines/flow/crossing-line.ts';

const walk = (line: CrossingLine, way: readonly (readonly [number, number])[], clearPx = 2): (string | undefined)[] => {
  let stand: LineStand | undefined;
  return way.map(([x, y]) => {
    const step = stepOver(line, stand, { x, y }, clearPx);
    stand = step.stand;
    return step.crossed;
  });
};

const down: CrossingLine = [100, 0, 100, 200];

test.each([
  [
    'to the right over a line drawn downwards',
    down,
    [
      [90, 50],
      [110, 50],
    ],
    [undefined, 'forward'],
  ],
  [
    'to the left',
    down,
    [
      [110, 50],
      [90, 50],
    ],
    [undefined, 'backward'],
  ],
  [
    'upwards over a line drawn to the right',
    [0, 100, 200, 100],
    [
      [50, 120],
      [50, 80],
    ],
    [undefined, 'forward'],
  ],
  [
    'not while it stands on the line',
    down,
    [
      [90, 50],
      [101, 50],
      [99, 50],
      [105, 50],
    ],
    [undefined, undefined, undefined, 'forward'],
  ],
  [
    'not beyond the ends',
    down,
    [
      [90, 250],
      [110, 250],
    ],
    [undefined, undefined],
  ],
  [
    'there and back',
    down,
    [
      [90, 50],
      [110, 50],
      [90, 50],
    ],
    [undefined, 'forward', 'backward'],
  ],
] as const)('%s', (_, line, way, crossed) => {
  expect(walk(line, way)).toEqual(crossed);
});
