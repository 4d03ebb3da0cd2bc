import type { Frame } from '../../domain/frame.ts';
import type { Box } from '../../domain/geometry.ts';
import { type Random, seededRandom } from '../../domain/random.ts';
import type { FramePool } from '../../pipelines/frame-pool.ts';

export type Blob = { readonly box: Box; readonly classIndex: number };

/** A made-up slide: round cells, some of them with a dark core, on an uneven light background. Not a picture of blood: known ground. */
export type TexturedSlide = {
  readonly width: number;
  readonly height: number;
  readonly luma: Float32Array;
  readonly blobs: readonly Blob[];
};

export type ShotOptions = {
  readonly noise?: number;
  readonly vignette?: number;
  readonly dirt?: number;
  readonly blurPx?: number;
  readonly smearPx?: number;
};

export const texturedSlide = (
  seed: number,
  width: number,
  height: number,
  radiusPx = 45,
  count = Math.round((width * height) / 22_000),
): TexturedSlide => {
  const random = seededRandom(seed);
  const luma = new Float32Array(width * height).fill(215);
  const blobs: Blob[] = [];
  for (let tries = 0; blobs.length < count && tries < count * 20; tries++) {
    const cx = random.between(0, width);
    const cy = random.between(0, height);
    const classIndex = random.next() < 0.04 ? 1 : random.next() < 0.06 ? 2 : 0;
    const radius =
      radiusPx * (classIndex === 0 ? random.between(0.8, 1.1) : classIndex === 1 ? random.between(1.3, 1.6) : random.between(0.25, 0.4));
    const touching = blobs.some(
      ({ box }) => Math.hypot((box[0] + box[2]) / 2 - cx, (box[1] + box[3]) / 2 - cy) < radius * 0.8 + (box[2] - box[0]) * 0.4,
    );
    if (touching || cx < radius || cy < radius || cx > width - radius || cy > height - radius) continue;
    const depth = random.between(35, 70) * (classIndex === 1 ? 1.5 : 1);
    for (let y = Math.max(0, Math.floor(cy - radius - 4)); y < Math.min(height, cy + radius + 4); y++) {
      for (let x = Math.max(0, Math.floor(cx - radius - 4)); x < Math.min(width, cx + radius + 4); x++) {
        const r = Math.hypot(x - cx, y - cy);
        luma[y * width + x]! -= (depth * (0.55 + 0.45 * (r / radius) ** 2)) / (1 + Math.exp((r - radius) / 1.4));
      }
    }
    blobs.push({ box: [cx - radius, cy - radius, cx + radius, cy + radius], classIndex });
  }
  return { width, height, luma, blobs };
};

const boxBlur = (row: Float32Array, count: number, stride: number, offset: number, length: number, scratch: Float32Array): void => {
  const radius = (length - 1) / 2;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    let weight = 0;
    const whole = Math.floor(radius);
    for (let k = -whole - 1; k <= whole + 1; k++) {
      const w = Math.abs(k) <= whole ? 1 : radius - whole;
      const at = Math.min(count - 1, Math.max(0, i + k));
      sum += w * row[offset + at * stride]!;
      weight += w;
    }
    scratch[i] = sum / weight;
  }
  for (let i = 0; i < count; i++) row[offset + i * stride] = scratch[i]!;
};

/** Pictures of a slide as a camera of one size takes them; dirt, shading and noise come from the seed. */
export const slideCamera = (slide: TexturedSlide, widthPx: number, heightPx: number, seed: number, pool: FramePool) => {
  const random: Random = seededRandom(seed);
  const specks = Array.from({ length: 12 }, () => ({
    x: random.between(0, widthPx),
    y: random.between(0, heightPx),
    r: random.between(widthPx / 160, widthPx / 50),
    depth: random.between(20, 60),
  }));
  const noises = Int8Array.from({ length: 65_536 }, () => Math.max(-127, Math.min(127, Math.round(random.normal() * 32))));
  const picture = new Float32Array(widthPx * heightPx);
  const shading = new Float32Array(widthPx * heightPx);
  const dirtiness = new Float32Array(widthPx * heightPx);
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at++) {
      shading[at] = 2 * (((x - widthPx / 2) / widthPx) ** 2 + ((y - heightPx / 2) / heightPx) ** 2);
      for (const speck of specks) dirtiness[at]! += speck.depth / (1 + Math.exp((Math.hypot(x - speck.x, y - speck.y) - speck.r) / 1.5));
    }
  }
  const scratch = new Float32Array(Math.max(widthPx, heightPx));

  return (id: number, atMs: number, px: number, py: number, options: ShotOptions = {}): Frame => {
    const { noise = 2, vignette = 0.25, dirt = 0, blurPx = 0, smearPx = 0 } = options;
    const ix = Math.floor(px);
    const iy = Math.floor(py);
    const ax = px - ix;
    const ay = py - iy;
    for (let y = 0, at = 0; y < heightPx; y++) {
      let from = (iy + y) * slide.width + ix;
      for (let x = 0; x < widthPx; x++, at++, from++) {
        const upper = (1 - ax) * slide.luma[from]! + ax * slide.luma[from + 1]!;
        const lower = (1 - ax) * slide.luma[from + slide.width]! + ax * slide.luma[from + slide.width + 1]!;
        picture[at] = (1 - ay) * upper + ay * lower;
      }
    }
    if (blurPx > 0.3) {
      const length = Math.sqrt(6 * blurPx * blurPx + 1);
      for (let pass = 0; pass < 2; pass++) {
        for (let y = 0; y < heightPx; y++) boxBlur(picture, widthPx, 1, y * widthPx, length, scratch);
        for (let x = 0; x < widthPx; x++) boxBlur(picture, heightPx, widthPx, x, length, scratch);
      }
    }
    if (smearPx > 1) for (let y = 0; y < heightPx; y++) boxBlur(picture, widthPx, 1, y * widthPx, smearPx, scratch);
    const start = random.integer(65_536);
    return pool.frame({ id, capturedAtMs: atMs, widthPx, heightPx, fullRange: true }, (y, u, v) => {
      for (let at = 0; at < picture.length; at++) {
        const value =
          picture[at]! * (1 - vignette * shading[at]!) -
          dirt * dirtiness[at]! +
          (noise * noises[(start + at * 7 + (at >> 9)) & 65_535]!) / 32;
        y.data[at] = Math.max(0, Math.min(255, value + 0.5));
      }
      u.data.fill(128);
      v.data.fill(128);
    })!;
  };
};

/** A hand's way over a slide: lanes with wander, a dwell at each turn, then back over the first lane. */
export const handPath = (seed: number, frames: number, spanX: number, spanY: number, lanes: number): { x: number; y: number }[] => {
  const random = seededRandom(seed);
  const corners: { x: number; y: number }[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const y = lanes === 1 ? 0 : (spanY * lane) / (lanes - 1);
    corners.push({ x: lane % 2 === 0 ? 0 : spanX, y }, { x: lane % 2 === 0 ? spanX : 0, y });
  }
  corners.push({ x: spanX * 0.5, y: 0 }, { x: spanX * 0.2, y: spanY * 0.3 });
  const lengths = corners.slice(1).map((corner, i) => Math.hypot(corner.x - corners[i]!.x, corner.y - corners[i]!.y));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const path: { x: number; y: number }[] = [];
  let wx = 0;
  let wy = 0;
  for (let i = 0; i < frames; i++) {
    const even = (i / (frames - 1)) * total;
    let along = Math.min(total, even + (total / 60) * Math.sin(even / (total / 40)) * 0.5);
    let leg = 0;
    while (leg < lengths.length - 1 && along > lengths[leg]!) along -= lengths[leg++]!;
    const from = corners[leg]!;
    const to = corners[leg + 1]!;
    const share = lengths[leg]! > 0 ? Math.max(0, Math.min(1, along / lengths[leg]!)) : 0;
    wx = 0.9 * wx + random.normal() * 1.2;
    wy = 0.9 * wy + random.normal() * 1.2;
    path.push({
      x: Math.max(0, Math.min(spanX, from.x + (to.x - from.x) * share + wx)),
      y: Math.max(0, Math.min(spanY, from.y + (to.y - from.y) * share + wy)),
    });
  }
  return path;
};
