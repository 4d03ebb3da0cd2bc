import { type GreyImage, greyImage, STEPS_PER_GREY, type Thumbnail } from './grey-image.ts';

/** A fine picture as it is kept: one byte a sample, in whole grey levels from the local background. */
export type PackedPicture = { readonly data: Int8Array; readonly width: number; readonly height: number; readonly factor: number };

/** Packs the fine picture; the coarse one is taken from it again. Beyond 127 grey levels from the background all is one. */
export const packPicture = ({ factor, fine: { data, width, height } }: Thumbnail): PackedPicture => {
  const packed = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) packed[i] = Math.max(-127, Math.min(127, Math.round(data[i]! / STEPS_PER_GREY)));
  return { data: packed, width, height, factor };
};

/** Takes something, in steps, out of a packed picture. */
export const takeOut = ({ data }: PackedPicture, change: Int16Array): void => {
  for (let i = 0; i < data.length; i++) data[i] = Math.max(-127, Math.min(127, data[i]! - Math.round(change[i]! / STEPS_PER_GREY)));
};

/** Means of 2 × 2 samples. */
export const halve = ({ data, width }: GreyImage, into: GreyImage): void => {
  for (let y = 0, at = 0; y < into.height; y++) {
    for (let x = 0, from = 2 * y * width; x < into.width; x++, at++, from += 2) {
      into.data[at] = (data[from]! + data[from + 1]! + data[from + width]! + data[from + width + 1]!) / 4;
    }
  }
};

/** The thumbnail of a packed picture; written into `into` where that is given and of its size. */
export const unpackPicture = ({ data, width, height, factor }: PackedPicture, into?: Thumbnail): Thumbnail => {
  const reuse = into !== undefined && into.factor === factor && into.fine.width === width && into.fine.height === height;
  const thumbnail = reuse ? into : { factor, fine: greyImage(width, height), coarse: greyImage(width / 2, height / 2) };
  const fine = thumbnail.fine.data;
  for (let i = 0; i < data.length; i++) fine[i] = data[i]! * STEPS_PER_GREY;
  halve(thumbnail.fine, thumbnail.coarse);
  return thumbnail;
};
