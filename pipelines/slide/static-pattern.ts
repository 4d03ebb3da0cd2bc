import { type GreyImage, greyImage, STEPS_PER_GREY, type Thumbnail } from './grey-image.ts';
import type { Keyframe } from './keyframe-graph.ts';
import { halve } from './packed-picture.ts';
import { plainMedian } from './plain-median.ts';

/** Pictures before anything is subtracted: fewer say too little about what stays. */
const MIN_PICTURES = 5;
/** What is taken out of pictures changes after so many of them, later each so many, so that pictures taken between have had the same taken out. */
const RENEWED_AT: readonly number[] = [MIN_PICTURES, 8, 11, 20];
const RENEWED_EACH = 8;
/** From so many on the pictures kept lie so far apart that hardly a cell covers a sample in half of them. */
const WIDE_PICTURES = 11;
/** Pictures that a new one is compared with. */
const KEPT_PICTURES = 7;
const MOST_PICTURES = 1000;
/** Older comparisons fade out, so that wiped dirt is forgotten. */
const MAX_COMPARISONS = 40;
/** A sample belongs to the sensor where its mean stands out by this many standard errors. */
const SIGNIFICANT = 3;
/** Pictures nearer to each other than this share of the width tell what stays from what moves too poorly. */
const APART_SHARE = 1 / 28;
/** Share of the picture that two must have in common. */
const MIN_COMMON = 0.25;
/** Samples with less than this on them, and next to none of its slope, are clean. */
const LIGHT = 20 * STEPS_PER_GREY;
const EVEN = 3 * STEPS_PER_GREY;
/** Share of the samples that must be alike from picture to picture for the slide to be nearly empty. */
const EMPTY_SHARE = 0.7;
/** What may be left of a pattern that nearly empty pictures show alike, in steps: noise and rounding over some pictures. */
const PLAIN_LEFT = 0.1 * STEPS_PER_GREY;
/** What may be left of one that comparisons tell, as multiples of its standard error and as a share of it. */
const LEFT_ERRORS = 3;
const LEFT_SHARE = 0.04;
/** How often the first pictures are gone over, until what one speck leaves beside it in a comparison has vanished. */
const SWEEPS = 4;

/** Where a picture lies: its corner at the keyframe's + (x, y), in camera pixels. */
export type PicturePlace = { readonly keyframe: Keyframe; readonly x: number; readonly y: number };

/** A fine picture with what is on the sensor, and its place. */
export type Shot = PicturePlace & { readonly data: Int16Array };

/** What was learned, for going on with it another day. */
export type LearnedPattern = {
  readonly pictures: number;
  readonly means: Float32Array;
  readonly squares: Float32Array;
  readonly comparisons: Uint8Array;
  /** What is taken out of pictures now. */
  readonly taken: Int16Array;
  /** As of `StaticPattern`. */
  readonly left: number;
  readonly shots: readonly Shot[];
};

export type StaticPattern = {
  /** What is taken out of pictures now; `undefined` until enough was learned. */
  readonly picture: GreyImage | undefined;
  /** Whether enough was learned to say what stays. */
  readonly known: boolean;
  /** Takes the pattern out of a picture, in place. */
  subtractFrom(thumbnail: Thumbnail): void;
  /** What may be left of it in a picture that it was taken out of, root mean square in steps. */
  readonly left: number;
  /** Samples on which hardly anything lies, and the others marked by a 1. */
  readonly clean: { readonly clean: Int32Array; readonly isDirty: Uint8Array };
  /** Whether it is known so well that earlier pictures need no more to be taken out of them. */
  readonly settled: boolean;
  /** Learns from a picture that the pattern was taken out of, and that has moved since the last one. Gives by how much what is taken out changed, if it did. */
  learn(thumbnail: Thumbnail, place: PicturePlace): Int16Array | undefined;
  /** The latest picture taken at least `apartPx` camera pixels from a place on an island, else the earliest one there; with what is on the sensor. */
  earlier(island: number, x: number, y: number, apartPx: number): (PicturePlace & { readonly picture: GreyImage }) | undefined;
  readonly learned: LearnedPattern;
  restore(learned: LearnedPattern): void;
  /** Forgets the pictures, whose places are on a map that is gone; what was learned of the sensor stays. */
  reset(): void;
};

/**
 * What does not move with the slide: dirt on the sensor, the rest of the vignette. Two pictures of the same ground differ, once the one is laid on the other,
 * by what each has on the sensor alone; the running mean of that over many moves is the pattern (scene-based non-uniformity correction by registration;
 * Zuo, Chen, Gu and Sui, 2011). Each sample's mean is shrunk by what chance alone would make of it (James and Stein, 1961).
 */
export const createStaticPattern = ({ fine, coarse, factor }: Thumbnail): StaticPattern => {
  const { width, height } = fine;
  const means = new Float32Array(fine.data.length);
  const squares = new Float32Array(fine.data.length);
  const comparisons = new Uint8Array(fine.data.length);
  const pattern = greyImage(width, height);
  const coarsePattern = greyImage(coarse.width, coarse.height);
  let shots: Shot[] = [];
  let pictures = 0;
  let left = 0;
  let clean: { clean: Int32Array; isDirty: Uint8Array } | undefined;

  const update = (): void => {
    updateFromMeans();
    if (pictures >= WIDE_PICTURES) takePlain();
    halve(pattern, coarsePattern);
    clean = undefined;
  };

  /** On a slide that is nearly empty what pictures show alike is the sensor's, whatever the comparisons say. */
  const takePlain = (): void => {
    const plain = pattern.data.slice();
    const alike = plainMedian(
      shots.map(({ data }) => data),
      plain,
    );
    if (alike < EMPTY_SHARE * plain.length) return;
    pattern.data.set(plain);
    left = PLAIN_LEFT;
  };

  const updateFromMeans = (): void => {
    let [doubted, power2] = [0, 0];
    for (let i = 0; i < means.length; i++) {
      const mean = means[i]!;
      const power = mean * mean;
      const chance = (SIGNIFICANT ** 2 * Math.max(0, squares[i]! - power)) / Math.max(2, comparisons[i]!);
      pattern.data[i] = power > chance ? mean * (1 - chance / power) : 0;
      doubted += chance / SIGNIFICANT ** 2;
      power2 += power;
    }
    left = Math.max(LEFT_ERRORS * Math.sqrt(doubted / means.length), LEFT_SHARE * Math.sqrt(power2 / means.length));
  };

  const findClean = (): { clean: Int32Array; isDirty: Uint8Array } => {
    const isDirty = new Uint8Array(pattern.data.length);
    const samples: number[] = [];
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
        const value = pattern.data[at]!;
        const slope =
          Math.abs(pattern.data[at + 1]! - pattern.data[at - 1]!) + Math.abs(pattern.data[at + width]! - pattern.data[at - width]!);
        if (Math.abs(value) > LIGHT || slope > EVEN) isDirty[at] = 1;
        else samples.push(at);
      }
    }
    return { clean: Int32Array.from(samples), isDirty };
  };

  /** What the first picture has where the second shows the same ground without what is on the sensor. */
  const compare = (one: Shot, other: Shot): void => {
    const sx = (one.keyframe.x + one.x - other.keyframe.x - other.x) / factor;
    const sy = (one.keyframe.y + one.y - other.keyframe.y - other.y) / factor;
    const ix = Math.floor(sx);
    const iy = Math.floor(sy);
    const ax = sx - ix;
    const ay = sy - iy;
    const x0 = Math.max(0, -ix);
    const x1 = Math.min(width, width - 1 - ix);
    const y1 = Math.min(height, height - 1 - iy);
    const w00 = (1 - ax) * (1 - ay);
    const w10 = ax * (1 - ay);
    const w01 = (1 - ax) * ay;
    const w11 = ax * ay;
    const b = other.data;
    const known = pattern.data;
    for (let y = Math.max(0, -iy); y < y1; y++) {
      for (let x = x0, at = y * width + x0, to = (y + iy) * width + x0 + ix; x < x1; x++, at++, to++) {
        const clean =
          w00 * (b[to]! - known[to]!) +
          w10 * (b[to + 1]! - known[to + 1]!) +
          w01 * (b[to + width]! - known[to + width]!) +
          w11 * (b[to + width + 1]! - known[to + width + 1]!);
        const value = one.data[at]! - clean;
        const n = Math.min(MAX_COMPARISONS, comparisons[at]! + 1);
        comparisons[at] = n;
        means[at]! += (value - means[at]!) / n;
        squares[at]! += (value * value - squares[at]!) / n;
      }
    }
  };

  const comparable = (one: Shot, other: Shot): boolean => {
    if (one.keyframe.island !== other.keyframe.island) return false;
    const dx = Math.abs(one.keyframe.x + one.x - other.keyframe.x - other.x) / factor;
    const dy = Math.abs(one.keyframe.y + one.y - other.keyframe.y - other.y) / factor;
    const common = Math.max(0, 1 - dx / width) * Math.max(0, 1 - dy / height);
    return Math.hypot(dx, dy) >= width * APART_SHARE && common >= MIN_COMMON;
  };

  const sweep = (): void => {
    comparisons.fill(0);
    for (const one of shots) for (const other of shots) if (one !== other && comparable(one, other)) compare(one, other);
    update();
  };

  const rawOf = ({ data }: GreyImage): Int16Array => {
    const raw = data.slice();
    if (pictures >= MIN_PICTURES) for (let i = 0; i < raw.length; i++) raw[i]! += pattern.data[i]!;
    return raw;
  };

  return {
    get picture() {
      return pictures >= MIN_PICTURES ? pattern : undefined;
    },
    get known() {
      return pictures >= MIN_PICTURES;
    },
    get clean() {
      clean ??= findClean();
      return clean;
    },
    get left() {
      return left;
    },
    get settled() {
      return pictures >= RENEWED_AT.at(-1)!;
    },
    earlier: (island, x, y, apartPx) => {
      const there = shots.filter(({ keyframe }) => keyframe.island === island);
      const shot = there.findLast((one) => Math.hypot(one.keyframe.x + one.x - x, one.keyframe.y + one.y - y) >= apartPx) ?? there[0];
      return shot && { keyframe: shot.keyframe, x: shot.x, y: shot.y, picture: { data: shot.data, width, height } };
    },
    get learned() {
      return { pictures, means, squares, comparisons, taken: pattern.data, left, shots };
    },
    restore: (learned) => {
      pictures = learned.pictures;
      means.set(learned.means);
      squares.set(learned.squares);
      comparisons.set(learned.comparisons);
      shots = [...learned.shots];
      pattern.data.set(learned.taken);
      left = learned.left;
      halve(pattern, coarsePattern);
    },
    learn: (thumbnail, { keyframe, x, y }) => {
      const shot: Shot = { keyframe, x, y, data: rawOf(thumbnail.fine) };
      const others = shots.filter((other) => comparable(shot, other));
      if (shots.length > 0 && others.length === 0) {
        // Ground that has nothing in common with what was seen: it is compared with what comes.
        shots = pictures >= MIN_PICTURES ? [...shots.slice(1 - KEPT_PICTURES), shot] : [shot];
        if (pictures < MIN_PICTURES) pictures = 1;
        return undefined;
      }
      shots = [...shots.slice(1 - KEPT_PICTURES), shot];
      pictures = Math.min(MOST_PICTURES, pictures + 1);
      if (pictures < MIN_PICTURES) return undefined;
      const before = pattern.data.slice();
      if (pictures === MIN_PICTURES) {
        takePlain();
        for (let i = 0; i < SWEEPS; i++) sweep();
      } else {
        for (const other of others.slice(-3)) {
          compare(shot, other);
          compare(other, shot);
        }
        if (!RENEWED_AT.includes(pictures) && (pictures < RENEWED_AT.at(-1)! || pictures % RENEWED_EACH !== 0)) return undefined;
        update();
      }
      for (let i = 0; i < before.length; i++) before[i] = pattern.data[i]! - before[i]!;
      return before;
    },
    subtractFrom: (thumbnail) => {
      if (pictures < MIN_PICTURES) return;
      for (let i = 0; i < pattern.data.length; i++) thumbnail.fine.data[i]! -= pattern.data[i]!;
      for (let i = 0; i < coarsePattern.data.length; i++) thumbnail.coarse.data[i]! -= coarsePattern.data[i]!;
    },
    reset: () => {
      shots = [];
      if (pictures < MIN_PICTURES) pictures = 0;
    },
  };
};
