import { describe, expect, test } from 'vitest';
import { createKeyframeGraph, type Keyframe, type KeyframeGraph } from '../../../pipelines/slide/keyframe-graph.ts';

const graphOf = (): KeyframeGraph =>
  createKeyframeGraph(
    () => 100,
    () => 80,
  );
const add = (graph: KeyframeGraph, x: number, y: number, island = 1, weak = false): Keyframe =>
  graph.add({ island, x, y, weak } as Omit<Keyframe, 'id'>);

describe('relax', () => {
  test('shares the error of a closed loop among its links', () => {
    const graph = graphOf();
    const corners = [add(graph, 0, 0), add(graph, 51, 0), add(graph, 52, 41), add(graph, 3, 42)];
    const ways = [
      [51, 0],
      [1, 41],
      [-49, 1],
      [1, -40],
    ] as const;
    for (const [i, [x, y]] of ways.entries()) graph.link(corners[i]!, corners[(i + 1) % 4]!, x, y, 1);
    for (let i = 0; i < 20; i++) graph.relax();
    // The ways sum up to (4, 2): each gives a quarter of it.
    expect([corners[0]!.x, corners[0]!.y]).toEqual([0, 0]);
    expect([corners[1]!.x, corners[1]!.y]).toEqual([expect.closeTo(50, 1), expect.closeTo(-0.5, 1)]);
    expect([corners[2]!.x, corners[2]!.y]).toEqual([expect.closeTo(50, 1), expect.closeTo(40, 1)]);
    expect([corners[3]!.x, corners[3]!.y]).toEqual([expect.closeTo(0, 1), expect.closeTo(40.5, 1)]);
  });

  test('follows the weightier of two links', () => {
    const graph = graphOf();
    const [one, other] = [add(graph, 0, 0), add(graph, 10, 0)];
    graph.link(one, other, 10, 0, 1);
    graph.link(one, other, 10.4, 0, 3);
    graph.relax();
    expect(other.x).toBeCloseTo(10.3, 2);
  });
});

describe('near', () => {
  test('gives the keyframes of the island that share enough of a field, largest share first, weak ones last', () => {
    const graph = graphOf();
    const half = add(graph, 50, 0);
    const whole = add(graph, 0, 0);
    const weak = add(graph, 10, 0, 1, true);
    add(graph, 0, 0, 2);
    add(graph, 99, 79);
    expect(graph.near(1, 0, 0, 0.3)).toEqual([
      { keyframe: whole, overlap: 1 },
      { keyframe: half, overlap: 0.5 },
      { keyframe: weak, overlap: 0.9 },
    ]);
  });
});

describe('join', () => {
  test.each(['older to younger', 'younger to older'])('%s: the younger island moves onto the older one, as a whole', (way) => {
    const graph = graphOf();
    const [first, second] = [graph.newIsland(), graph.newIsland()];
    const old = [add(graph, 0, 0, first), add(graph, 40, 10, first)];
    const young = [add(graph, 0, 0, second), add(graph, -30, 5, second)];
    if (way === 'older to younger') graph.join(old[1]!, young[1]!, 20, 30, 1);
    else graph.join(young[1]!, old[1]!, -20, -30, 1);
    expect(graph.islands).toBe(1);
    expect(young.map(({ island, x, y }) => [island, x, y])).toEqual([
      [first, 90, 35],
      [first, 60, 40],
    ]);
    expect(old.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [40, 10],
    ]);
    expect(graph.linked(old[1]!, young[1]!)).toBe(true);
    // Joined, it hangs on the first keyframe of the older island alone.
    expect(graph.relax()).toBeLessThan(1e-6);
  });
});

test('the version rises with every change, and ids are those of the list', () => {
  const graph = graphOf();
  const versions = [graph.version];
  const [one, other] = [add(graph, 0, 0), add(graph, 10, 0)];
  versions.push(graph.version);
  graph.link(one, other, 12, 0, 1);
  versions.push(graph.version);
  graph.relax();
  versions.push(graph.version);
  expect(graph.byId(other.id)).toBe(other);
  graph.reset();
  versions.push(graph.version);
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  expect([graph.keyframes.length, graph.islands, graph.byId(1)]).toEqual([0, 0, undefined]);
});
