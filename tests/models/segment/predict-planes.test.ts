import { beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { firstParameters } from '../../../models/architectures/parameters.ts';
import { segmenterNamed } from '../../../models/architectures/segmenter.ts';
import { blendTiles, openPredictor, type PredictedPlanes } from '../../../models/segment/predict-planes.ts';
import { loadTensorFlow } from '../../../models/tensorflow.ts';
import type { Raster } from '../../../models/train/picture.ts';

const [WIDE, HIGH, TILE] = [264, 200, 128];

/** Smooth spots on glass, so that a network has something to see everywhere. */
const spotted = (): Raster => {
  const data = new Uint8Array(WIDE * HIGH * 3);
  for (let at = 0; at < WIDE * HIGH; at++) {
    const [x, y] = [at % WIDE, Math.floor(at / WIDE)];
    const light = 170 + 60 * Math.sin(x / 9) * Math.cos(y / 7 + x / 31);
    data.set([light, light * 0.8, light * 0.9], at * 3);
  }
  return { data, widthPx: WIDE, heightPx: HIGH };
};

let [whole, tiled]: (PredictedPlanes | undefined)[] = [];
beforeAll(async () => {
  const { tf } = await loadTensorFlow('auto');
  const definition = segmenterNamed('unet-tiny', 2);
  const random = seededRandom(11);
  const parameters = firstParameters(definition, random);
  for (let i = 0; i < parameters.weights.length; i++) parameters.weights[i] = parameters.weights[i]! + 0.4 * random.normal();
  const picture = spotted();
  whole = openPredictor(tf, definition, parameters)(picture);
  tiled = openPredictor(tf, definition, parameters, TILE)(picture);
}, 120_000);

/** Largest difference of what tiles and the whole picture give, over pixels that are chosen. */
const farthest = (chosen: (x: number, y: number) => boolean): number => {
  let most = 0;
  for (let at = 0; at < WIDE * HIGH * 2; at++) {
    const pixel = at >> 1;
    if (chosen(pixel % WIDE, Math.floor(pixel / WIDE))) most = Math.max(most, Math.abs(whole!.shares[at]! - tiled!.shares[at]!));
  }
  return most;
};

test('tiles give what the whole picture gives', () => {
  expect(new Set(whole!.shares.map((share) => Math.round(share * 20))).size).toBeGreaterThan(5);
  expect(blendTiles(whole!, TILE, 2, 2).tiles.length).toBeGreaterThan(5);
  expect(farthest(() => true)).toBeLessThan(0.02);
});

test('no seam is seen where tiles begin or end', () => {
  const { tiles } = blendTiles(whole!, TILE, 2, 2);
  const edges = new Set(tiles.flatMap(({ x, wide }) => [x, x + wide]).filter((x) => x > 0 && x < WIDE));
  expect(edges.size).toBeGreaterThan(2);
  // A step from one column to the next that the whole picture has not: nowhere larger at an edge than elsewhere by more than a little.
  const step = ({ shares }: PredictedPlanes, x: number): number => {
    let sum = 0;
    for (let y = 0; y < HIGH; y++) sum += shares[(y * WIDE + x) * 2]! - shares[(y * WIDE + x - 1) * 2]!;
    return sum / HIGH;
  };
  for (const x of edges) expect(Math.abs(step(tiled!, x) - step(whole!, x))).toBeLessThan(1e-3);
});

test('tiles cover every pixel and begin on multiples', () => {
  for (const [widthPx, heightPx, tilePx, multiple] of [
    [1000, 700, 256, 16],
    [257, 90, 256, 64],
    [3000, 1024, 1024, 64],
  ] as const) {
    const blend = blendTiles({ widthPx, heightPx }, tilePx, 1, multiple);
    const lasts = [widthPx - tilePx, heightPx - tilePx];
    for (const { x, y, wide, high } of blend.tiles) {
      expect(x % multiple === 0 || x === lasts[0]).toBe(true);
      expect(y % multiple === 0 || y === lasts[1]).toBe(true);
      blend.add(x, y, new Float32Array(wide * high).fill(0.25));
    }
    const shares = blend.shares();
    expect(shares.every((share) => Math.abs(share - 0.25) < 1e-6)).toBe(true);
  }
});
