import sharp from 'sharp';
import { CELL_KINDS } from '../compose/cell-kinds.ts';
import type { Raster } from '../train/picture.ts';
import { edgeOf } from './boundary-scores.ts';
import { BELONGS } from './judge-fields.ts';
import { planeAt } from './planes.ts';
import type { PredictedPlanes } from './predict-planes.ts';
import type { SegmentField } from './segment-field.ts';

export type Rgb = readonly [number, number, number];

/** For planes that are none of the kinds composed pictures have. */
const COLOURS: readonly Rgb[] = [
  [0, 200, 140],
  [255, 60, 160],
  [255, 170, 0],
  [60, 140, 255],
  [190, 90, 255],
  [255, 80, 40],
];

/** Colour of each plane: that which is usual for its name, where there is one. */
export const planeColours = (planes: readonly string[]): Rgb[] =>
  planes.map((name, index) => CELL_KINDS.find((kind) => kind.name === name)?.colour ?? COLOURS[index % COLOURS.length]!);

/** Background is no cell: its edge is that of all others. */
const isCellPlane = (name: string): boolean => name !== 'background';

/** Most of a field that is shown: its middle. */
const WINDOW: readonly [number, number] = [320, 240];
const GAP_PX = 4;

/** A picture with the edges of masks drawn into it, in their colours. */
const withEdges = (picture: Raster, masks: readonly Uint8Array[], colours: readonly Rgb[]): Uint8Array => {
  const drawn = picture.data.slice();
  for (const [index, mask] of masks.entries()) {
    const edge = edgeOf(mask, picture.widthPx, picture.heightPx);
    for (let at = 0; at < edge.length; at++) if (edge[at] === 1) drawn.set(colours[index]!, at * 3);
  }
  return drawn;
};

/** A field beside what was labelled and what was found. */
export type DrawnExample = {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly panels: readonly Buffer[];
};

/** The middle of a field three times: as it is, with the edges of its labels, with those of what was found. */
export const drawExample = async (
  { name, picture, planes }: SegmentField,
  { shares }: PredictedPlanes,
  planeNames: readonly string[],
): Promise<DrawnExample> => {
  const { base } = picture;
  const pixels = base.widthPx * base.heightPx;
  const shown = planeNames.flatMap((plane, index) => (isCellPlane(plane) ? [index] : []));
  const colours = planeColours(planeNames).filter((_, index) => shown.includes(index));
  const labelled = shown.map((plane) => Uint8Array.from({ length: pixels }, (_, at) => (planeAt(planes, plane, at) >= 128 ? 1 : 0)));
  const found = shown.map((plane) =>
    Uint8Array.from({ length: pixels }, (_, at) => (shares[at * planeNames.length + plane]! >= BELONGS ? 1 : 0)),
  );
  const [width, height] = [Math.min(WINDOW[0], base.widthPx), Math.min(WINDOW[1], base.heightPx)];
  const middle = { left: Math.floor((base.widthPx - width) / 2), top: Math.floor((base.heightPx - height) / 2), width, height };
  const cut = (data: Uint8Array): Promise<Buffer> =>
    sharp(data, { raw: { width: base.widthPx, height: base.heightPx, channels: 3 } })
      .extract(middle)
      .png()
      .toBuffer();
  const panels = [base.data, withEdges(base, labelled, colours), withEdges(base, found, colours)];
  return { name, widthPx: width, heightPx: height, panels: await Promise.all(panels.map(cut)) };
};

/** Examples below each other, as one PNG. */
export const contactSheet = (examples: readonly DrawnExample[]): Promise<Buffer> => {
  const wide = Math.max(...examples.map(({ widthPx, panels }) => panels.length * (widthPx + GAP_PX))) + GAP_PX;
  let top = GAP_PX;
  const pieces = examples.flatMap(({ widthPx, heightPx, panels }) => {
    const row = panels.map((input, i) => ({ input, left: GAP_PX + i * (widthPx + GAP_PX), top }));
    top += heightPx + GAP_PX;
    return row;
  });
  return sharp({ create: { width: wide, height: top, channels: 3, background: '#888' } })
    .composite(pieces)
    .png()
    .toBuffer();
};
