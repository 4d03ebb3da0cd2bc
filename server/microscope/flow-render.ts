import type { Plane } from '../../domain/frame.ts';
import { seededRandom } from '../../domain/random.ts';
import { paintGlass } from '../../models/compose/glass.ts';
import { CLEAR } from '../../models/compose/transmittance.ts';
import type { FlowOptions } from './flow-options.ts';
import type { FlowingCell, PlannedFlowFrame } from './flow-plan.ts';
import type { FlowSprite } from './flow-sprites.ts';
import { toI420 } from './slide.ts';

const NOISE = 1.3;
const NOISE_SAMPLES = 1 << 16;

/** Dims the picture by one cell, turned and between pixels; cells that lie over each other dim each other, as light passes through both. */
const paintCell = (rgb: Uint8Array, { width, height }: FlowOptions, sprite: FlowSprite, { x, y, turned }: FlowingCell): void => {
  const { passes, spriteWidthPx, spriteHeightPx, middleX, middleY } = sprite;
  const reach = Math.ceil(Math.hypot(spriteWidthPx, spriteHeightPx) / 2) + 1;
  const cos = Math.cos(turned);
  const sin = Math.sin(turned);
  for (let row = Math.max(0, Math.floor(y) - reach); row < Math.min(height, Math.ceil(y) + reach); row++)
    for (let column = Math.max(0, Math.floor(x) - reach); column < Math.min(width, Math.ceil(x) + reach); column++) {
      const dx = column + 0.5 - x;
      const dy = row + 0.5 - y;
      const u = middleX + cos * dx + sin * dy - 0.5;
      const v = middleY - sin * dx + cos * dy - 0.5;
      const left = Math.floor(u);
      const top = Math.floor(v);
      if (left < 0 || top < 0 || left >= spriteWidthPx - 1 || top >= spriteHeightPx - 1) continue;
      const fu = u - left;
      const fv = v - top;
      const at = (top * spriteWidthPx + left) * 3;
      const below = at + 3 * spriteWidthPx;
      const to = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) {
        const upper = passes[at + c]! + fu * (passes[at + 3 + c]! - passes[at + c]!);
        const lower = passes[below + c]! + fu * (passes[below + 3 + c]! - passes[below + c]!);
        rgb[to + c] = Math.min(255, (rgb[to + c]! * (upper + fv * (lower - upper))) / CLEAR + 0.5);
      }
    }
};

/** Writes planned frames of a channel into I420 planes (BT.601, limited range): still glass, the cells over it, noise of the sensor. The same frame gives the same bytes. */
export const createFlowRender = (
  options: FlowOptions,
  sprites: readonly FlowSprite[],
  glass: readonly [number, number, number],
): ((frame: PlannedFlowFrame, y: Plane, u: Plane, v: Plane) => void) => {
  const { seed, width, height } = options;
  const random = seededRandom(seed ^ 0x910e);
  const empty = paintGlass(glass, width, height, random);
  const grain = Int8Array.from({ length: NOISE_SAMPLES }, () => Math.round(NOISE * random.normal()));
  const rgb = new Uint8Array(empty.length);
  return ({ id, cells }, y, u, v) => {
    rgb.set(empty);
    for (const cell of cells) paintCell(rgb, options, sprites[cell.kind]!, cell);
    const planes = toI420(rgb, width, height);
    const rowNoise = seededRandom(seed + 7919 * (id + 1));
    const out = new Uint8ClampedArray(y.data.buffer, y.data.byteOffset, y.data.byteLength);
    for (let row = 0; row < height; row++) {
      const from = rowNoise.integer(NOISE_SAMPLES);
      for (let x = 0; x < width; x++) out[row * y.stridePx + x] = planes.y[row * width + x]! + grain[(from + x) & (NOISE_SAMPLES - 1)]!;
    }
    u.data.set(planes.u);
    v.data.set(planes.v);
  };
};
