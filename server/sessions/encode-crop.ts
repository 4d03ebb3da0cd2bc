import sharp from 'sharp';
import type { RawCrop } from './session-batch.ts';

const QUALITY = 85;

// One picture at a time: the cores are for counting.
sharp.concurrency(1);
sharp.cache(false);

/** RGB of an I420 picture (ITU-R BT.601; limited range unless `fullRange`). */
const rgbOf = ({ planes, widthPx, heightPx, fullRange }: RawCrop): Uint8ClampedArray => {
  const rgb = new Uint8ClampedArray(3 * widthPx * heightPx);
  const [scale, black, chroma] = fullRange ? [1, 0, 1] : [255 / 219, 16, 255 / 224];
  const lumaBytes = widthPx * heightPx;
  const half = widthPx >> 1;
  const vAt = lumaBytes + half * (heightPx >> 1);
  for (let row = 0, to = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++, to += 3) {
      const at = (row >> 1) * half + (column >> 1);
      const y = (planes[row * widthPx + column]! - black) * scale;
      const u = (planes[lumaBytes + at]! - 128) * chroma;
      const v = (planes[vAt + at]! - 128) * chroma;
      rgb[to] = y + 1.402 * v;
      rgb[to + 1] = y - 0.344_136 * u - 0.714_136 * v;
      rgb[to + 2] = y + 1.772 * u;
    }
  }
  return rgb;
};

/** The crop as a JPEG. */
export const encodeCrop = (crop: RawCrop): Promise<Uint8Array> =>
  sharp(rgbOf(crop), { raw: { width: crop.widthPx, height: crop.heightPx, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
