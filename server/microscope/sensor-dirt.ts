import { seededRandom } from '../../domain/random.ts';

/** What dirt on the sensor lets through, one byte a pixel, 255 where it is clean. */
export const sensorDirt = (seed: number, widthPx: number, heightPx: number, heavy = false): Uint8Array => {
  const random = seededRandom(seed ^ 0xd127);
  const passes = new Uint8Array(widthPx * heightPx).fill(255);
  const speck = (cx: number, cy: number, radiusPx: number, depth: number): void => {
    const reach = Math.ceil(2.2 * radiusPx);
    for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(heightPx, cy + reach); y++) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(widthPx, cx + reach); x++) {
        const away = ((x - cx) ** 2 + (y - cy) ** 2) / radiusPx ** 2;
        const shade = depth * Math.exp(-away * away);
        passes[y * widthPx + x] = Math.min(passes[y * widthPx + x]!, 255 * (1 - shade));
      }
    }
  };
  for (let n = 7 + random.integer(5); n > 0; n--)
    speck(random.between(0, widthPx), random.between(0, heightPx), random.between(3, 13), random.between(0.1, 0.35));
  for (let n = heavy ? 45 : 0; n > 0; n--)
    speck(random.between(0, widthPx), random.between(0, heightPx), random.between(8, 45), random.between(0.25, 0.6));
  // A fibre: a chain of fine specks along a bending line.
  let x = random.between(0.2, 0.8) * widthPx;
  let y = random.between(0.2, 0.8) * heightPx;
  let heading = random.between(0, 2 * Math.PI);
  for (let n = 70; n > 0; n--) {
    speck(x, y, 2.2, 0.22);
    heading += 0.08 * random.normal();
    x += 2 * Math.cos(heading);
    y += 2 * Math.sin(heading);
  }
  return passes;
};
