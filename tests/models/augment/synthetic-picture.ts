import { createHash } from 'node:crypto';
import type { LabelledBox } from '../../../models/datasets/labelled-field.ts';
import type { Picture, Raster } from '../../../models/train/picture.ts';
import type { Batch } from '../../../models/train/train-step.ts';

/** Colours of the squares, by class; nothing else in the picture is as dark. */
export const MARKER: readonly (readonly [number, number, number])[] = [
  [200, 30, 30],
  [30, 30, 200],
];
export const GROUND: readonly [number, number, number] = [225, 215, 205];

const paint = (widthPx: number, heightPx: number, scale: number, boxes: readonly LabelledBox[]): Raster => {
  const [wide, high] = [Math.round(widthPx * scale), Math.round(heightPx * scale)];
  const data = new Uint8Array(wide * high * 3);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const [cx, cy] = [(x + 0.5) / scale, (y + 0.5) / scale];
      const over = boxes.findLast(({ box }) => cx >= box[0] && cx < box[2] && cy >= box[1] && cy < box[3]);
      data.set(over === undefined ? GROUND : MARKER[over.classIndex]!, (y * wide + x) * 3);
    }
  return { data, widthPx: wide, heightPx: high };
};

/** A picture with coloured squares where its boxes are. */
export const markedPicture = (
  widthPx: number,
  heightPx: number,
  boxes: readonly LabelledBox[],
  more: { name?: string; unlabelled?: readonly number[] } = {},
): Picture => ({
  name: more.name ?? 'marked',
  base: paint(widthPx, heightPx, 1, boxes),
  fine: paint(widthPx, heightPx, 1.5, boxes),
  boxes,
  unlabelled: more.unlabelled ?? [],
});

/** Equal for equal batches; a difference between millions of pixels is not to be printed. */
export const fingerprint = ({ pixels, canvases }: Pick<Batch, 'pixels' | 'canvases'>): string =>
  createHash('sha256')
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
    .update(JSON.stringify(canvases))
    .digest('hex');

/** Bounding box of the pixels of a class's colour, `undefined` where there is none. */
export const findMarker = (pixels: Float32Array, widthPx: number, classIndex: number): [number, number, number, number] | undefined => {
  const [r, g, b] = MARKER[classIndex]!;
  let found: [number, number, number, number] | undefined;
  for (let i = 0; i < pixels.length; i += 3) {
    if (Math.abs(pixels[i]! - r) + Math.abs(pixels[i + 1]! - g) + Math.abs(pixels[i + 2]! - b) > 60) continue;
    const x = (i / 3) % widthPx;
    const y = Math.floor(i / 3 / widthPx);
    found =
      found === undefined
        ? [x, y, x + 1, y + 1]
        : [Math.min(found[0], x), Math.min(found[1], y), Math.max(found[2], x + 1), Math.max(found[3], y + 1)];
  }
  return found;
};
