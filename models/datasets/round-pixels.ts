/**
 * Rounds a coordinate to so many decimals of a pixel. Formats that hold fractions or widths give a corner back with the rounding
 * errors of the arithmetic; on this grid, which is far finer than a person draws, it comes back exactly.
 */
export const roundPixels = (value: number, decimals: number): number => {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale + 0;
};

/** Decimals of a pixel that COCO and YOLO text hold. */
export const TEXT_DECIMALS = 6;
/** Decimals of a pixel that TFRecord's 32-bit fractions hold, in pictures up to 8,000 px. */
export const RECORD_DECIMALS = 3;
