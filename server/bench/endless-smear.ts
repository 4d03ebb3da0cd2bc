import type { BundleCard } from '../../domain/bundle-card.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Frame } from '../../domain/frame.ts';
import { type Box, boxArea, intersectBoxes, type Point } from '../../domain/geometry.ts';
import { seededRandom } from '../../domain/random.ts';
import type { Engine } from '../../models/engine.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';

/**
 * A made-up smear without end, of round cells: for measuring maps far larger than any slide that could be composed. Each square of a grid has a cell or
 * none, by its own random numbers, so that no ground repeats and none is kept.
 */
export type EndlessSmear = {
  /** The field whose corner lies at (x, y), whole pixels; `undefined` when the pool is out. */
  shoot(id: number, atMs: number, at: Point): Frame | undefined;
  /** An engine that knows where each frame was shot. */
  readonly engine: Engine;
};

const SQUARE_PX = 92;
const RADII_PX = [34, 38, 42, 20] as const;
const LEAST_VISIBLE = 0.2;

type Sprite = { readonly radiusPx: number; readonly side: number; readonly depths: Uint8Array };

const spriteOf = (radiusPx: number, seed: number): Sprite => {
  const side = 2 * radiusPx + 8;
  const random = seededRandom(seed);
  const bumps = [random.between(0, 6), random.between(0, 6), random.between(0.04, 0.12)] as const;
  const depths = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const dx = x - side / 2;
      const dy = y - side / 2;
      const angle = Math.atan2(dy, dx);
      const r = Math.hypot(dx, dy) / (radiusPx * (1 - bumps[2] * Math.abs(Math.sin(angle + bumps[0]) * Math.cos(2 * angle + bumps[1]))));
      depths[y * side + x] = (70 * (0.55 + 0.45 * r * r)) / (1 + Math.exp((r - 1) * 24));
    }
  }
  return { radiusPx, side, depths };
};

export const createEndlessSmear = (seed: number, widthPx: number, heightPx: number, pool: FramePool, card: BundleCard): EndlessSmear => {
  const sprites = Array.from({ length: 24 }, (_, i) => spriteOf(RADII_PX[i % RADII_PX.length]!, seed + i));
  const noise = seededRandom(seed);
  const grain = Uint8Array.from({ length: widthPx * 4 + 4096 }, () => Math.round(205 + 2 * noise.normal()));
  const shots = new Map<number, Point>();

  /** The cell of a square: hashed from where it lies (splitmix). */
  const cellIn = (i: number, j: number): { x: number; y: number; sprite: Sprite } | undefined => {
    let word = (Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca77) ^ Math.imul(seed, 0xc2b2ae3d)) | 0;
    const next = (): number => {
      word = (word + 0x9e3779b9) | 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
    };
    if (next() < 0.3) return undefined;
    const sprite = sprites[Math.floor(next() * sprites.length)]!;
    const room = SQUARE_PX - 2 * sprite.radiusPx;
    return {
      x: i * SQUARE_PX + sprite.radiusPx + Math.floor(next() * room),
      y: j * SQUARE_PX + sprite.radiusPx + Math.floor(next() * room),
      sprite,
    };
  };

  const cellsIn = (field: Box) => {
    const cells = [];
    for (let j = Math.floor(field[1] / SQUARE_PX) - 1; j * SQUARE_PX < field[3] + SQUARE_PX; j++) {
      for (let i = Math.floor(field[0] / SQUARE_PX) - 1; i * SQUARE_PX < field[2] + SQUARE_PX; i++) {
        const cell = cellIn(i, j);
        if (cell !== undefined) cells.push(cell);
      }
    }
    return cells;
  };

  return {
    shoot: (id, atMs, { x: x0, y: y0 }) => {
      shots.set(id, { x: x0, y: y0 });
      shots.delete(id - 256);
      return pool.frame({ id, capturedAtMs: atMs, widthPx, heightPx, fullRange: false }, (y, u, v) => {
        for (let row = 0; row < heightPx; row++) {
          const from = (id * 131 + row * 977) % (grain.length - widthPx);
          y.data.set(grain.subarray(from, from + widthPx), row * y.stridePx);
        }
        for (const { x, y: cy, sprite } of cellsIn([x0, y0, x0 + widthPx, y0 + heightPx])) {
          const { side, depths } = sprite;
          const left = x - side / 2 - x0;
          const top = cy - side / 2 - y0;
          for (let row = Math.max(0, -top); row < Math.min(side, heightPx - top); row++) {
            const to = (top + row) * y.stridePx + left;
            for (let column = Math.max(0, -left); column < Math.min(side, widthPx - left); column++)
              y.data[to + column]! -= depths[row * side + column]!;
          }
        }
        u.data.fill(128);
        v.data.fill(128);
      });
    },
    engine: {
      name: 'truth',
      card,
      draws: [],
      tiling: () => ({ tilePx: 2 * Math.floor(card.input.tilePx / 2), overlapPx: card.input.overlapPx, edgePx: 0.01 }),
      detect: async (frame, tiles) => {
        const at = shots.get(frame.id)!;
        const cells = cellsIn([at.x, at.y, at.x + widthPx, at.y + heightPx]);
        return tiles.map(({ box: tile }) =>
          cells.flatMap(({ x, y, sprite: { radiusPx } }): Detection[] => {
            const box: Box = [x - radiusPx - at.x, y - radiusPx - at.y, x + radiusPx - at.x, y + radiusPx - at.y];
            const shown = intersectBoxes(box, tile);
            return shown !== undefined && boxArea(shown) >= LEAST_VISIBLE * boxArea(box)
              ? [{ box: shown, classIndex: 0, score: 0.97 }]
              : [];
          }),
        );
      },
      [Symbol.asyncDispose]: async () => {},
    },
  };
};
