import type { Raster } from '../train/picture.ts';

/** Share of pixels that are darker than empty glass. */
const GLASS_SHARE = 0.9;

/** The colour of empty glass in a picture, channel by channel: what lies where the picture ends. */
export const glassColour = ({ data }: Raster): readonly [number, number, number] => {
  const pixels = data.length / 3;
  const channel = (index: number): number => {
    const counts = new Uint32Array(256);
    for (let at = index; at < data.length; at += 3) counts[data[at]!]!++;
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += counts[value]!;
      if (seen >= GLASS_SHARE * pixels) return value;
    }
    return 255;
  };
  return [channel(0), channel(1), channel(2)];
};
