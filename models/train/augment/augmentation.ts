import { z } from 'zod';

const probability = z.number().min(0).max(1);

/** Two numbers, the lower first, that a value is drawn between. */
const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([low, high]) => low <= high, 'write the lower number first');

const scalars = {
  /** Probability of each of the two mirrorings. */
  flips: probability,
  /** Probability of a quarter turn; with the mirrorings all eight positions come up. */
  quarterTurns: probability,
  /** Canvas pixels for one pixel of the picture at the network's µm/px. */
  zoom: range(0.1, 10),
  /** Greatest logarithm of what one axis is enlarged more than their mean. */
  stretch: z.number().min(0).max(0.5),
  /** A window anywhere in the picture; without it the picture's middle. */
  crop: z.boolean(),
  /** Probability that a canvas is put together from two or four pictures. */
  mosaic: probability,
  /** Probability that a piece loses some or all of its colour. */
  grey: probability,
  /** Probability of a white rim at the right and of one below, as where serving fills the network's input up. */
  rim: probability,
};

const sections = {
  /** Two canvases blended (Zhang et al., mixup, 2018; for boxes: Zhang et al., Bag of Freebies, 2019), the share from Beta(alpha, alpha). */
  mixup: z.strictObject({ probability, alpha: z.number().min(0.05).max(100) }),
  /** A piece of another picture laid over the canvas (Yun et al., CutMix, 2019), as large as a share of its area. */
  cutmix: z.strictObject({ probability, area: range(0.01, 0.9) }),
  /**
   * Tone curves: a power of transmission is a thicker or thinner stain (Beer–Lambert; logarithms, common and of each channel), a gain another
   * exposure or white balance, an offset stray light in grey levels; `lamp` shifts red against blue (logarithm).
   */
  colour: z.strictObject({
    stain: z.number().min(0).max(1),
    channelStain: z.number().min(0).max(1),
    gain: range(0.2, 2),
    channelGain: range(0.5, 1.5),
    stray: range(-60, 60),
    lamp: z.number().min(0).max(0.5),
  }),
  /** Each stain's concentration by itself: factor 1 ± `strength`, offset ± `shift` in optical density, direction off by `vectors`. */
  stain: z.strictObject({
    probability,
    strength: z.number().min(0).max(0.9),
    shift: z.number().min(0).max(0.5),
    vectors: z.number().min(0).max(0.3),
  }),
  /** Light lost towards a corner, at most this share. */
  vignette: z.strictObject({ probability, depth: z.number().min(0).max(0.9) }),
  /** Defocus: standard deviation of a Gaussian. */
  blur: z.strictObject({ probability, sigmaPx: range(0, 6) }),
  /** Smear of a moving stage: length of a line in any direction. */
  motion: z.strictObject({ probability, lengthPx: range(0, 24) }),
  /** Standard deviation in grey levels. */
  noise: z.strictObject({ probability, deviation: range(0, 60) }),
  /** Quality as libjpeg counts it. */
  jpeg: z.strictObject({ probability, quality: range(5, 100) }),
};

/** How much of what is done to training pictures. */
export const augmentation = z.strictObject({ ...scalars, ...sections });
export type Augmentation = z.infer<typeof augmentation>;

export const PRESET_NAMES = ['none', 'light', 'smear', 'strong'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const none: Augmentation = {
  flips: 0,
  quarterTurns: 0,
  zoom: [1, 1],
  stretch: 0,
  // The window must lie somewhere, and every part of a field is to be seen.
  crop: true,
  mosaic: 0,
  grey: 0,
  rim: 0,
  mixup: { probability: 0, alpha: 1.5 },
  cutmix: { probability: 0, area: [0.1, 0.4] },
  colour: { stain: 0, channelStain: 0, gain: [1, 1], channelGain: [1, 1], stray: [0, 0], lamp: 0 },
  stain: { probability: 0, strength: 0.2, shift: 0.04, vectors: 0.05 },
  vignette: { probability: 0, depth: 0.3 },
  blur: { probability: 0, sigmaPx: [0.4, 0.8] },
  motion: { probability: 0, lengthPx: [2, 5] },
  noise: { probability: 0, deviation: [1, 7] },
  jpeg: { probability: 0, quality: [40, 90] },
};

const smear: Augmentation = {
  ...none,
  flips: 0.5,
  quarterTurns: 0.5,
  zoom: [0.6, 1.55],
  stretch: 0.08,
  mosaic: 0.6,
  rim: 0.2,
  colour: { stain: 0.35, channelStain: 0.2, gain: [0.85, 1.12], channelGain: [0.94, 1.06], stray: [-8, 12], lamp: 0 },
  blur: { probability: 0.25, sigmaPx: [0.4, 0.8] },
  noise: { probability: 0.3, deviation: [1, 7] },
};

/** `smear` is what a recipe has that says nothing. */
export const PRESETS: Readonly<Record<PresetName, Augmentation>> = {
  none,
  light: {
    ...smear,
    zoom: [0.8, 1.25],
    stretch: 0.04,
    mosaic: 0.3,
    colour: { stain: 0.15, channelStain: 0.08, gain: [0.93, 1.06], channelGain: [0.97, 1.03], stray: [-4, 6], lamp: 0 },
    blur: { probability: 0.1, sigmaPx: [0.3, 0.6] },
    noise: { probability: 0.15, deviation: [1, 4] },
  },
  smear,
  strong: {
    ...smear,
    zoom: [0.5, 1.8],
    stretch: 0.12,
    grey: 0.04,
    mixup: { probability: 0.15, alpha: 1.5 },
    cutmix: { probability: 0.2, area: [0.08, 0.35] },
    colour: { ...smear.colour, lamp: 0.08 },
    stain: { probability: 0.7, strength: 0.3, shift: 0.05, vectors: 0.06 },
    vignette: { probability: 0.25, depth: 0.35 },
    blur: { probability: 0.35, sigmaPx: [0.4, 1.4] },
    motion: { probability: 0.15, lengthPx: [2, 6] },
    noise: { probability: 0.35, deviation: [1, 10] },
    jpeg: { probability: 0.25, quality: [30, 90] },
  },
};

const changes = z.strictObject({
  preset: z.enum(PRESET_NAMES).default('smear'),
  ...z.strictObject(scalars).partial().shape,
  mixup: sections.mixup.partial().optional(),
  cutmix: sections.cutmix.partial().optional(),
  colour: sections.colour.partial().optional(),
  stain: sections.stain.partial().optional(),
  vignette: sections.vignette.partial().optional(),
  blur: sections.blur.partial().optional(),
  motion: sections.motion.partial().optional(),
  noise: sections.noise.partial().optional(),
  jpeg: sections.jpeg.partial().optional(),
});

/** The recipe's section `augment`: a preset's name, or a preset with changes. */
export const augmentSection = z.union([z.enum(PRESET_NAMES), changes]);
export type AugmentSection = z.infer<typeof augmentSection>;

/** What the section comes to; `smear` where there is none. */
export const augmentationOf = (section: AugmentSection | undefined): Augmentation => {
  if (section === undefined || typeof section === 'string') return PRESETS[section ?? 'smear'];
  const { preset, ...given } = section;
  const base: Record<string, unknown> = { ...PRESETS[preset] };
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    base[key] = key in sections ? { ...(base[key] as object), ...(value as object) } : value;
  }
  return augmentation.parse(base);
};
