import type { CalibratedLight } from '../../../domain/calibration-profile.ts';
import { betweenBlocks, unpackGains } from '../../../domain/gain-map.ts';

/** Evens a picture out as the camera will with this light: red, green and blue times their gains, in place. */
export const evenPicture = ({ data, width, height }: ImageData, { flatField, whiteBalance }: CalibratedLight): void => {
  const white = [whiteBalance?.red ?? 1, whiteBalance?.green ?? 1, whiteBalance?.blue ?? 1] as const;
  const maps = flatField && unpackGains(flatField);
  const columns = flatField?.columns ?? 2;
  const across = Array.from({ length: width }, (_, x) => betweenBlocks(x, width, columns));
  const line = [new Float32Array(columns), new Float32Array(columns), new Float32Array(columns)] as const;
  for (let y = 0; y < height; y++) {
    const down = betweenBlocks(y, height, flatField?.rows ?? 2);
    for (const colour of [0, 1, 2] as const) {
      const gains = maps?.[colour];
      for (let i = 0; i < columns; i++) {
        const upper = gains?.[down.before * columns + i] ?? 1;
        const lower = gains?.[(down.before + 1) * columns + i] ?? 1;
        line[colour][i] = white[colour] * (upper + down.beyond * (lower - upper));
      }
    }
    for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
      const { before, beyond } = across[x]!;
      for (const colour of [0, 1, 2] as const) {
        const gains = line[colour];
        data[at + colour]! *= gains[before]! + beyond * (gains[before + 1]! - gains[before]!);
      }
    }
  }
};
