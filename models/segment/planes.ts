import type { Raster } from '../train/picture.ts';

/**
 * What is known of each pixel: for each plane 255 where it belongs to it and 0 where not; `known` is 0 where nobody says. Three planes are packed into one
 * RGB raster, so that labels are placed, turned and enlarged by the very code that does it with pictures; `known` comes after the last plane.
 */
export type Planes = { readonly count: number; readonly rasters: readonly Raster[] };

export const createPlanes = (count: number, widthPx: number, heightPx: number): Planes => ({
  count,
  rasters: Array.from({ length: Math.ceil((count + 1) / 3) }, () => ({ data: new Uint8Array(widthPx * heightPx * 3), widthPx, heightPx })),
});

/** Writes one pixel of a plane; `plane` equal to the count is `known`. */
export const setPlane = ({ rasters }: Planes, plane: number, pixel: number, value: number): void => {
  rasters[Math.floor(plane / 3)]!.data[pixel * 3 + (plane % 3)] = value;
};

export const planeAt = ({ rasters }: Planes, plane: number, pixel: number): number =>
  rasters[Math.floor(plane / 3)]!.data[pixel * 3 + (plane % 3)]!;
