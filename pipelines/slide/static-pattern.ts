import { greyImage, STEPS_PER_GREY, type Thumbnail } from './grey-image.ts';
import { halve, type PackedPicture } from './packed-picture.ts';

/** Pictures before anything is subtracted: fewer say too little about what stays. */
const MIN_PICTURES = 6;
/** Older pictures fade out, so that wiped dirt is forgotten. */
const MAX_PICTURES = 48;
/** A sample belongs to the sensor where its mean stands out by this many standard errors. */
const SIGNIFICANT = 3;

/** What was learned, for going on with it another day. */
export type LearnedPattern = { readonly pictures: number; readonly means: Float32Array; readonly squares: Float32Array };

export type StaticPattern = {
  /** Whether enough was learned to say what stays. */
  readonly known: boolean;
  /** Takes the pattern out of a picture, in place. */
  subtractFrom(thumbnail: Thumbnail): void;
  /** Learns from a picture that the pattern was taken out of, of a place that the pictures before did not show just so. */
  learn(thumbnail: Thumbnail): void;
  /** Takes the pattern out of a picture that was packed with it. */
  cleanse(picture: PackedPicture): void;
  readonly learned: LearnedPattern;
  restore(learned: LearnedPattern): void;
};

/**
 * What does not move with the slide: dirt on the sensor, the rest of the vignette. A running mean over moved pictures, in which
 * the slide averages out; each sample's mean is shrunk by what chance alone would make of it (James and Stein, 1961),
 * so that the slide's own remains are not taken for dirt.
 */
export const createStaticPattern = (like: Thumbnail): StaticPattern => {
  const { fine, coarse } = like;
  const means = new Float32Array(fine.data.length);
  const squares = new Float32Array(fine.data.length);
  const pattern = greyImage(fine.width, fine.height);
  const coarsePattern = greyImage(coarse.width, coarse.height);
  let pictures = 0;

  const update = (): void => {
    const noise = SIGNIFICANT ** 2 / pictures;
    for (let i = 0; i < means.length; i++) {
      const mean = means[i]!;
      const power = mean * mean;
      const chance = noise * Math.max(0, squares[i]! - power);
      pattern.data[i] = power > chance ? mean * (1 - chance / power) : 0;
    }
    halve(pattern, coarsePattern);
  };

  return {
    get known() {
      return pictures >= MIN_PICTURES;
    },
    cleanse: ({ data }) => {
      for (let i = 0; i < data.length; i++)
        data[i] = Math.max(-127, Math.min(127, data[i]! - Math.round(pattern.data[i]! / STEPS_PER_GREY)));
    },
    get learned() {
      return { pictures, means, squares };
    },
    restore: (learned) => {
      pictures = learned.pictures;
      means.set(learned.means);
      squares.set(learned.squares);
      if (pictures >= MIN_PICTURES) update();
    },
    learn: (thumbnail) => {
      pictures = Math.min(MAX_PICTURES, pictures + 1);
      const share = 1 / pictures;
      const { data } = thumbnail.fine;
      for (let i = 0; i < means.length; i++) {
        const value = data[i]! + pattern.data[i]!;
        means[i]! += (value - means[i]!) * share;
        squares[i]! += (value * value - squares[i]!) * share;
      }
      if (pictures >= MIN_PICTURES) update();
    },
    subtractFrom: (thumbnail) => {
      if (pictures < MIN_PICTURES) return;
      for (let i = 0; i < pattern.data.length; i++) thumbnail.fine.data[i]! -= pattern.data[i]!;
      for (let i = 0; i < coarsePattern.data.length; i++) thumbnail.coarse.data[i]! -= coarsePattern.data[i]!;
    },
  };
};
