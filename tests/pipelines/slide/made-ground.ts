import { seededRandom } from '../../../domain/random.ts';
import { type GreyImage, greyImage } from '../../../pipelines/slide/grey-image.ts';

/** Height of a made-up ground at (x, y), in samples. */
export type Ground = (x: number, y: number) => number;

/** Known between samples, without end: waves of random directions, periods of 6 to 40 samples. */
export const smoothGround = (seed: number): Ground => {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 24 }, () => {
    const frequency = (2 * Math.PI) / random.between(6, 40);
    const angle = random.between(0, Math.PI);
    return { fx: frequency * Math.cos(angle), fy: frequency * Math.sin(angle), phase: random.between(0, 2 * Math.PI) };
  });
  return (x, y) => waves.reduce((sum, { fx, fy, phase }) => sum + 200 * Math.sin(fx * x + fy * y + phase), 0);
};

/** Speckles, each place unlike every other: noise averaged over five samples a side. Whole samples from -200 to 400 alone. */
export const speckledGround = (seed: number): Ground => {
  const side = 600;
  const random = seededRandom(seed);
  const noise = Float32Array.from({ length: side * side }, () => random.normal() * 3000);
  const rows = noise.map((_, at) => (noise[at - 2] ?? 0) + (noise[at - 1] ?? 0) + noise[at]! + (noise[at + 1] ?? 0) + (noise[at + 2] ?? 0));
  return (x, y) => {
    const at = (y + 200) * side + x + 200;
    return (rows[at - 2 * side]! + rows[at - side]! + rows[at]! + rows[at + side]! + rows[at + 2 * side]!) / 25;
  };
};

/** A picture of the ground whose corner lies at (x, y), times `gain`, with noise. */
export const pictureOf = (
  ground: Ground,
  x: number,
  y: number,
  { width = 160, height = 90, gain = 1, noise = 0, seed = 0 } = {},
): GreyImage => {
  const random = seededRandom(seed);
  const picture = greyImage(width, height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      picture.data[at] = Math.round(gain * ground(x + column, y + row) + (noise > 0 ? noise * random.normal() : 0));
    }
  }
  return picture;
};
