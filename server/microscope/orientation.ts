import type { Box } from '../../domain/geometry.ts';

/** One of the eight ways to lay a rectangle on a grid: mirrored, upended, or turned over its diagonal first. */
export type Orientation = { readonly flipX: boolean; readonly flipY: boolean; readonly transpose: boolean };

export const orientation = (index: number): Orientation => ({
  flipX: (index & 1) !== 0,
  flipY: (index & 2) !== 0,
  transpose: (index & 4) !== 0,
});

export type Size = { readonly widthPx: number; readonly heightPx: number };

export const orientSize = ({ transpose }: Orientation, { widthPx, heightPx }: Size): Size =>
  transpose ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };

/** Where a box of a rectangle comes to lie; `size` as it was before. */
export const orientBox = (how: Orientation, size: Size, [x0, y0, x1, y1]: Box): Box => {
  const { widthPx, heightPx } = orientSize(how, size);
  const [a0, b0, a1, b1] = how.transpose ? [y0, x0, y1, x1] : [x0, y0, x1, y1];
  const [left, right] = how.flipX ? [widthPx - a1, widthPx - a0] : [a0, a1];
  const [top, bottom] = how.flipY ? [heightPx - b1, heightPx - b0] : [b0, b1];
  return [left, top, right, bottom];
};

/** How to walk a rectangle's pixels so that they come oriented: index of the first, step along a row, step to the next row. */
export const orientSteps = (how: Orientation, size: Size): { readonly first: number; readonly across: number; readonly down: number } => {
  const turned = orientSize(how, size);
  const source = (x: number, y: number): number => {
    const a = how.flipX ? turned.widthPx - 1 - x : x;
    const b = how.flipY ? turned.heightPx - 1 - y : y;
    return how.transpose ? a * size.widthPx + b : b * size.widthPx + a;
  };
  const first = source(0, 0);
  return { first, across: source(1, 0) - first, down: source(0, 1) - first };
};
