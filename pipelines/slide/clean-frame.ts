import type { Frame, Plane } from '../../domain/frame.ts';
import type { FramePool } from '../frame-pool.ts';
import type { Shade } from './sensor-shade.ts';

const copyPlane = (from: Plane, to: Plane): void => {
  for (let row = 0; row < to.heightPx; row++)
    to.data.set(from.data.subarray(row * from.stridePx, row * from.stridePx + to.widthPx), row * to.stridePx);
};

/** Multiplies the pixels of a block around `zero`. */
const lighten = (
  { data, stridePx, widthPx, heightPx }: Plane,
  [x0, y0, x1, y1]: readonly number[],
  gain: number,
  zero: number,
  top: number,
): void => {
  for (let y = y0!; y < Math.min(heightPx, y1!); y++)
    for (let at = y * stridePx + x0!, end = y * stridePx + Math.min(widthPx, x1!); at < end; at++) {
      const value = (data[at]! - zero) * gain + zero + 0.5;
      data[at] = value < 0 ? 0 : value > top ? top : value;
    }
};

/** A copy of the frame out of `pool`, as it is; `undefined` where the pool is empty. The frame is borrowed, the copy is the caller's. */
export const copyFrame = (frame: Frame, pool: FramePool): Frame | undefined =>
  pool.frame(frame, (y, u, v) => {
    copyPlane(frame.y, y);
    copyPlane(frame.u, u);
    copyPlane(frame.v, v);
  });

/**
 * A copy of the frame in which the shade's spots let through as much light as what is around them. Between samples the shade is interpolated.
 * `undefined` where there is nothing to take out, the shade is of another size, or the pool is empty. The frame is borrowed, the copy is the caller's.
 */
export const cleanFrame = (frame: Frame, shade: Shade, pool: FramePool): Frame | undefined => {
  const { factor, columns, rows, passes, spoilt } = shade;
  if (spoilt.length === 0 || shade.widthPx !== frame.widthPx || shade.heightPx !== frame.heightPx) return undefined;
  return pool.frame(frame, (y, u, v) => {
    copyPlane(frame.y, y);
    copyPlane(frame.u, u);
    copyPlane(frame.v, v);
    const black = frame.fullRange ? 0 : 16;
    const step = 1 / factor;
    for (const i of spoilt) {
      const column = i % columns;
      const row = (i - column) / columns;
      const at = (dx: number, dy: number): number =>
        passes[Math.min(rows - 1, Math.max(0, row + dy)) * columns + Math.min(columns - 1, Math.max(0, column + dx))]!;
      for (let dy = 0; dy < factor; dy++) {
        const ty = (dy + 0.5) * step - 0.5;
        const sy = ty < 0 ? -1 : 1;
        const wy = Math.abs(ty);
        const left = at(-1, 0) * (1 - wy) + at(-1, sy) * wy;
        const here = at(0, 0) * (1 - wy) + at(0, sy) * wy;
        const right = at(1, 0) * (1 - wy) + at(1, sy) * wy;
        const line = row * factor + dy;
        let to = line * y.stridePx + column * factor;
        for (let dx = 0; dx < factor; dx++, to++) {
          const tx = (dx + 0.5) * step - 0.5;
          const through = tx < 0 ? here * (1 + tx) - left * tx : here * (1 - tx) + right * tx;
          const value = (y.data[to]! - black) / through + black + 0.5;
          y.data[to] = value > 255 ? 255 : value;
        }
      }
      const block = [column, row, column + 1, row + 1].map((edge) => Math.ceil((edge * factor) / 2));
      const gain = 1 / passes[i]!;
      lighten(u, block, gain, 128, 255);
      lighten(v, block, gain, 128, 255);
    }
  });
};
