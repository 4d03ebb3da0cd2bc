import { boxHeight, boxWidth } from '../../domain/geometry.ts';
import type { Recolour } from './augment/recolour.ts';
import type { Picture } from './picture.ts';
import type { Placement } from './place-crop.ts';

type Steps = { readonly offset: Int32Array; readonly part: Float32Array };

/** For each canvas pixel along one axis: byte offset of the sample, and its neighbour's share. */
const steps = (count: number, start: number, zoom: number, scale: number, length: number, flipped: boolean, bytes: number): Steps => {
  const offset = new Int32Array(count);
  const part = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const along = (start + (i + 0.5) / zoom) * scale;
    const position = Math.min(length - 1, Math.max(0, (flipped ? length - along : along) - 0.5));
    const whole = Math.max(0, Math.min(length - 2, Math.floor(position)));
    offset[i] = whole * bytes;
    part[i] = position - whole;
  }
  return { offset, part };
};

/** Draws the placed piece onto `canvas` (RGB floats, `canvasWidth` pixels a row), bilinear, and recolours it row by row while it is at hand. */
export const drawCrop = (canvas: Float32Array, canvasWidth: number, placement: Placement, picture: Picture, recolour: Recolour): void => {
  const { region, transposed } = placement;
  const fine = Math.max(placement.zoomX, placement.zoomY) > 1;
  const { data, widthPx, heightPx } = fine ? picture.fine : picture.base;
  const scaleX = widthPx / picture.base.widthPx;
  const scaleY = heightPx / picture.base.heightPx;
  const [width, height] = [boxWidth(region), boxHeight(region)];
  const rowBytes = widthPx * 3;
  const columns = transposed
    ? steps(width, placement.left, placement.zoomX, scaleY, heightPx, placement.flippedY, rowBytes)
    : steps(width, placement.left, placement.zoomX, scaleX, widthPx, placement.flippedX, 3);
  const rows = transposed
    ? steps(height, placement.top, placement.zoomY, scaleX, widthPx, placement.flippedX, 3)
    : steps(height, placement.top, placement.zoomY, scaleY, heightPx, placement.flippedY, rowBytes);
  const right = transposed ? rowBytes : 3;
  const below = transposed ? 3 : rowBytes;
  for (let v = 0; v < height; v++) {
    const first = ((region[1] + v) * canvasWidth + region[0]) * 3;
    const row = rows.offset[v]!;
    const downShare = rows.part[v]!;
    let to = first;
    for (let u = 0; u < width; u++, to += 3) {
      const at = row + columns.offset[u]!;
      const share = columns.part[u]!;
      for (let channel = 0; channel < 3; channel++) {
        const a = data[at + channel]!;
        const b = data[at + right + channel]!;
        const c = data[at + below + channel]!;
        const d = data[at + below + right + channel]!;
        const upper = a + (b - a) * share;
        canvas[to + channel] = (upper + (c + (d - c) * share - upper) * downShare + 0.5) | 0;
      }
    }
    recolour(canvas, first, to);
  }
};
