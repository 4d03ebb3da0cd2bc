import { describe, expect, test } from 'vitest';
import { type GreyImage, greyImage } from '../../../pipelines/slide/grey-image.ts';
import { createTurnFinder, measureTurn, turnBack } from '../../../pipelines/slide/turn.ts';
import { smoothGround } from './made-ground.ts';

const ground = smoothGround(3);
/** What a camera over (x, y) shows that is turned by `degrees` and magnifies `scale` times. */
const shot = (x0: number, y0: number, degrees: number, scale: number): GreyImage => {
  const picture = greyImage(160, 90);
  const cos = Math.cos((degrees * Math.PI) / 180) / scale;
  const sin = Math.sin((degrees * Math.PI) / 180) / scale;
  for (let y = 0; y < 90; y++) {
    for (let x = 0; x < 160; x++)
      picture.data[y * 160 + x] = ground(80 + x0 + cos * (x - 80) - sin * (y - 45), 45 + y0 + sin * (x - 80) + cos * (y - 45));
  }
  return picture;
};
const upright = shot(0, 0, 0, 1);
const inDegrees = (angle: number): number => (angle * 180) / Math.PI;

describe('measureTurn', () => {
  test.each([
    [0, 1],
    [0.3, 1],
    [-1, 1],
    [2.5, 1],
    [0, 1.02],
    [1, 0.985],
  ])('measures %f° and %f times, whatever the place', (degrees, scale) => {
    const measured = measureTurn(shot(10.3, 4.6, degrees, scale), upright, { x: 10, y: 5 })!;
    expect(inDegrees(measured.angle)).toBeCloseTo(degrees, 1);
    expect(measured.scale).toBeCloseTo(scale, 3);
    expect(measured.error).toBeLessThan(0.002);
  });

  test('says how little a field of one cell tells', () => {
    const cell = greyImage(160, 90);
    for (let y = 0; y < 90; y++)
      for (let x = 0; x < 160; x++)
        cell.data[y * 160 + x] = -1500 / (1 + Math.exp((Math.hypot(x - 40, y - 30) - 6) * 2)) + ((x * 7 + y * 13) % 50);
    const shifted = greyImage(160, 90);
    for (let y = 0; y < 90; y++)
      for (let x = 0; x < 158; x++) shifted.data[y * 160 + x] = cell.data[y * 160 + x + 2]! + ((x * 11 + y * 3) % 40);
    const dense = measureTurn(shot(2, 0, 0, 1), upright, { x: 2, y: 0 })!;
    const measured = measureTurn(shifted, cell, { x: 2, y: 0 });
    expect(measured?.error ?? Number.POSITIVE_INFINITY).toBeGreaterThan(3 * dense.error);
  });
});

describe('createTurnFinder', () => {
  const finder = createTurnFinder(160, 90);
  const profile = finder.profile(upright);
  test.each([
    [15, 1],
    [-40, 1],
    [0, 1.25],
    [0, 0.8],
    [0, 1.6],
  ])('finds %f° and %f times among its likeliest, up to half a turn', (degrees, scale) => {
    const likeliest = finder.likeliest(finder.profile(shot(15, 6, degrees, scale)), profile, 3);
    const nearest = Math.min(
      ...likeliest.map((turn) => {
        const off = inDegrees(turn.angle) - degrees;
        return Math.abs(off - 180 * Math.round(off / 180)) + 100 * Math.abs(turn.scale / scale - 1);
      }),
    );
    expect(nearest).toBeLessThan(6);
  });
});

test('what was turned back lies as it did', () => {
  const turned = { angle: 0.3, scale: 1.2 };
  const back = turnBack(shot(0, 0, inDegrees(0.3), 1.2), turned);
  let worst = 0;
  // The middle alone: at the corners the turned camera showed other ground.
  for (let y = 30; y < 60; y++)
    for (let x = 50; x < 110; x++) worst = Math.max(worst, Math.abs(back.data[y * 160 + x]! - upright.data[y * 160 + x]!));
  expect(worst).toBeLessThan(60);
});
