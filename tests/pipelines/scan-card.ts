import type { BundleCard } from '../../domain/bundle-card.ts';

/** A card as far as counting reads it: classes, scale, and how a frame is cut up. */
export const scanCard = {
  name: 'truth',
  version: '0',
  classes: ['RBC', 'WBC', 'Platelets'],
  umPerPx: 0.144,
  input: { layout: 'NHWC', type: 'uint8', multipleOf: 16, tilePx: 400, overlapPx: 128 },
} as unknown as BundleCard;
