import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import type { ExportKeyframe, ExportSource } from './export-source.ts';
import type { SlideLayout } from './slide-layout.ts';

/** Pixels of a square of the stitched slide: RGB, row by row. */
export type Tile = Uint8Array;

/** Paints the slide square by square; what is kept in memory does not grow with it. */
export type SlidePainter = {
  /** The square with its upper left corner at (x, y), white where no picture lies; `undefined` where there is none in it at all. */
  paint(x: number, y: number): Promise<Tile | undefined>;
  /** Whether any picture touches the rectangle. */
  touches(box: Box): boolean;
};

/** Decoded pictures that are held: neighbouring squares need the same ones. */
const MOST_BYTES = 160 * 2 ** 20;

type Laid = { readonly keyframe: ExportKeyframe; readonly box: Box };

/** A part of the slide that is painted: its corner, RGB, and how far from its own picture's edge each pixel is. */
export type Canvas = { readonly box: Box; readonly pixels: Uint8Array; readonly depths: Uint16Array };

export const newCanvas = (box: Box): Canvas => {
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  return { box, pixels: new Uint8Array(area * 3).fill(255), depths: new Uint16Array(area) };
};

/** Copies the part of a picture that lies on the canvas, where it is farther from its own edge than what is there already: seams run midway. Whole pixels. */
export const layPicture = ({ box: canvas, pixels, depths }: Canvas, picture: Uint8Array, box: Box): void => {
  const common = intersectBoxes(canvas, box);
  if (common === undefined) return;
  const width = box[2] - box[0];
  for (let y = common[1]; y < common[3]; y++) {
    const rowDepth = Math.min(y - box[1], box[3] - 1 - y) + 1;
    let from = ((y - box[1]) * width + common[0] - box[0]) * 3;
    let to = (y - canvas[1]) * (canvas[2] - canvas[0]) + common[0] - canvas[0];
    for (let x = common[0]; x < common[2]; x++, from += 3, to++) {
      const depth = Math.min(rowDepth, x - box[0] + 1, box[2] - x);
      if (depth <= depths[to]!) continue;
      depths[to] = depth;
      pixels[to * 3] = picture[from]!;
      pixels[to * 3 + 1] = picture[from + 1]!;
      pixels[to * 3 + 2] = picture[from + 2]!;
    }
  }
};

/** Keyframes lie on whole pixels here: half a pixel is less than the stage is known to. */
const layOut = ({ keyframes }: ExportSource, { islands }: SlideLayout): Laid[] =>
  keyframes.flatMap((keyframe) => {
    const laid = islands.get(keyframe.island);
    if (laid === undefined) return [];
    const [x, y] = [Math.round(keyframe.x + laid.dx), Math.round(keyframe.y + laid.dy)];
    return [{ keyframe, box: [x, y, x + keyframe.widthPx, y + keyframe.heightPx] as const }];
  });

export const createSlidePainter = (source: ExportSource, layout: SlideLayout, sizePx: number): SlidePainter => {
  const pictures = layOut(source, layout);
  const held = new Map<number, Uint8Array>();
  let bytes = 0;

  /** RGB of a keyframe as large as it was; from its small picture where the large one was not kept. */
  const read = async ({ id, widthPx, heightPx }: ExportKeyframe): Promise<Uint8Array | undefined> => {
    const known = held.get(id);
    if (known !== undefined) {
      held.delete(id);
      held.set(id, known);
      return known;
    }
    const path = keyframePictureFile(source.folder, id);
    const small = existsSync(path) ? undefined : source.thumbnail(id);
    if (small === undefined && !existsSync(path)) return undefined;
    const picture = await sharp(small ?? path, { failOn: 'none' })
      .resize(widthPx, heightPx, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    held.set(id, picture);
    bytes += picture.length;
    for (const [oldest, data] of held) {
      if (bytes <= MOST_BYTES || oldest === id) break;
      held.delete(oldest);
      bytes -= data.length;
    }
    return picture;
  };

  return {
    touches: (box) => pictures.some((one) => intersectBoxes(one.box, box) !== undefined),
    paint: async (x, y) => {
      const square: Box = [x, y, x + sizePx, y + sizePx];
      let canvas: Canvas | undefined;
      for (const { keyframe, box } of pictures) {
        if (intersectBoxes(box, square) === undefined) continue;
        const picture = await read(keyframe);
        if (picture === undefined) continue;
        canvas ??= newCanvas(square);
        layPicture(canvas, picture, box);
      }
      return canvas?.pixels;
    },
  };
};
