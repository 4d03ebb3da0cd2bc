import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { createPositionSolver, type Way } from '../../../pipelines/slide/position-solver.ts';

const plain = { doubtPx: Number.POSITIVE_INFINITY, rounds: 1, closePx: 1e-9 };

/** Weighted least squares by Gaussian elimination on the normal equations; the first place stays. */
const denselySolved = (n: number, ways: readonly Way[], axis: 'x' | 'y', first: number): number[] => {
  const m = Array.from({ length: n }, () => new Float64Array(n + 1));
  for (const way of ways) {
    const { from, to, weight } = way;
    m[from]![from]! += weight;
    m[to]![to]! += weight;
    m[from]![to]! -= weight;
    m[to]![from]! -= weight;
    m[to]![n]! += weight * way[axis];
    m[from]![n]! -= weight * way[axis];
  }
  m[0]!.fill(0);
  m[0]![0] = 1;
  m[0]![n] = first;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c; r < n; r++) if (Math.abs(m[r]![c]!) > Math.abs(m[pivot]![c]!)) pivot = r;
    [m[c], m[pivot]] = [m[pivot]!, m[c]!];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const share = m[r]![c]! / m[c]![c]!;
      for (let k = c; k <= n; k++) m[r]![k]! -= share * m[c]![k]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]!);
};

const solved = (places: { x: number; y: number }[], ways: readonly Way[], options = plain) => {
  const fixed = Uint8Array.from(places, (_, i) => (i === 0 ? 1 : 0));
  const solver = createPositionSolver(
    Float64Array.from(places, ({ x }) => x),
    Float64Array.from(places, ({ y }) => y),
    fixed,
    ways,
    options,
  );
  while (!solver.step());
  return solver;
};

test('finds the same places as a dense solver of the normal equations', () => {
  const way = fc.tuple(
    fc.nat(1000),
    fc.nat(1000),
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: 0.1, max: 2, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 14 }), fc.array(way, { maxLength: 20 }), fc.nat(1000), (n, drawn, seed) => {
      const random = seededRandom(seed);
      const places = Array.from({ length: n }, () => ({ x: random.between(-500, 500), y: random.between(-500, 500) }));
      // A chain holds them together; the drawn ways contradict it a little.
      const chain = Array.from({ length: n - 1 }, (_, i): [number, number, number, number] => [
        i,
        i + 1,
        random.between(-2, 2),
        random.between(0.2, 1),
      ]);
      const ways = [...chain, ...drawn]
        .map(([a, b, off, weight]) => ({ from: a % n, to: b % n, off, weight }))
        .filter(({ from, to }) => from !== to)
        .map(
          ({ from, to, off, weight }): Way => ({
            from,
            to,
            x: places[to]!.x - places[from]!.x + off,
            y: places[to]!.y - places[from]!.y - off / 2,
            weight,
          }),
        );
      const { x, y } = solved(places, ways);
      const [denseX, denseY] = [denselySolved(n, ways, 'x', places[0]!.x), denselySolved(n, ways, 'y', places[0]!.y)];
      for (let i = 0; i < n; i++) {
        expect(x[i]).toBeCloseTo(denseX[i]!, 4);
        expect(y[i]).toBeCloseTo(denseY[i]!, 4);
      }
    }),
    { numRuns: 60 },
  );
});

test('one wrong way does not bend a lane, and honest ways that close a loop share its error', () => {
  const n = 40;
  const lane = Array.from({ length: n }, (_, i) => ({ x: 100 * i, y: 0 }));
  const steps = Array.from({ length: n - 1 }, (_, i): Way => ({ from: i, to: i + 1, x: 100, y: 0, weight: 1 }));
  const robust = { doubtPx: 4, rounds: 3, closePx: 1e-6 };
  const wrong = solved(lane, [...steps, { from: 3, to: 33, x: 3070, y: 55, weight: 1 }], robust);
  expect(Math.max(...lane.map(({ x }, i) => Math.hypot(wrong.x[i]! - x, wrong.y[i]!)))).toBeLessThan(0.5);
  const honest = solved(lane, [...steps, { from: 0, to: n - 1, x: 100 * (n - 1) + 4, y: 0, weight: 1 }], robust);
  expect(honest.x[n - 1]! - 100 * (n - 1)).toBeGreaterThan(3.5);
  expect(honest.x[20]! - 2000).toBeCloseTo((4 * 20) / n, 0);
});
