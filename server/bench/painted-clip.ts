import { open } from 'node:fs/promises';
import type { Plane } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { prepareScan } from '../microscope/prepare-scan.ts';
import { renderFrames } from '../microscope/render-scan.ts';

/**
 * Squares along the upper edge, the picture's number in dark and light, each bit's complement below it: what is damaged does not pass for a number. Small: larger
 * ones change more of the picture than a moving stage does, and no frame would be placed.
 */
export const PAINTED = { bits: 8, squarePx: 16, leftPx: 16, topPx: 8 } as const;

const DARK = 50;
const LIGHT = 200;

/** Paints a number, up to what the bits hold. */
export const paint = (y: Plane, number: number): void => {
  const { bits, squarePx, leftPx, topPx } = PAINTED;
  for (let bit = 0; bit < bits; bit++) {
    for (let row = 0; row < 2 * squarePx; row++) {
      const isLight = ((number >> bit) & 1) === (row < squarePx ? 1 : 0);
      const from = (topPx + row) * y.stridePx + leftPx + bit * squarePx;
      y.data.fill(isLight ? LIGHT : DARK, from, from + squarePx);
    }
  }
};

/** The number that was painted into a picture of which this is the luma; `undefined` where it cannot be read. */
export const readPainted = ({ data, stridePx }: Pick<Plane, 'data' | 'stridePx'>): number | undefined => {
  const { bits, squarePx, leftPx, topPx } = PAINTED;
  let number = 0;
  for (let bit = 0; bit < bits; bit++) {
    const lightAt = (row: number): boolean => data[(topPx + row) * stridePx + leftPx + (bit + 0.5) * squarePx]! > (DARK + LIGHT) / 2;
    const upper = lightAt(squarePx / 2);
    if (upper === lightAt((3 * squarePx) / 2)) return undefined;
    if (upper) number |= 1 << bit;
  }
  return number;
};

/** Writes a virtual scan of 1280×720 at 30 frames/s, its number painted into each picture, as Chromium plays it as a camera (YUV4MPEG2). */
export const writePaintedClip = async (path: string, frames: number, signal: AbortSignal): Promise<void> => {
  const file = await open(path, 'w');
  try {
    await file.write('YUV4MPEG2 W1280 H720 F30:1 Ip A1:1 C420mpeg2\n');
    const scan = await prepareScan({ seed: 3, width: 1280, height: 720, fps: 30, frames });
    for await (const { frame } of renderFrames(scan, createFramePool(), signal)) {
      using rendered = frame;
      paint(rendered.y, rendered.id);
      await file.write('FRAME\n');
      for (const { data } of [rendered.y, rendered.u, rendered.v]) await file.write(data);
    }
  } finally {
    await file.close();
  }
};
