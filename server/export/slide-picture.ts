import sharp from 'sharp';
import { classColour } from '../../domain/class-colours.ts';
import type { Box } from '../../domain/geometry.ts';
import type { ExportKeyframe, ExportSource } from './export-source.ts';
import { type Canvas, layPicture, newCanvas } from './paint-slide.ts';
import { layOutSlide, type SlideLayout } from './slide-layout.ts';

/** A small picture of the whole slide with its cells; `scale` is its pixels for one of the slide. */
export type SlidePicture = { readonly jpeg: Buffer; readonly widthPx: number; readonly heightPx: number; readonly scale: number };

const rgbOf = (colour: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];

const ring = ({ box, pixels }: Canvas, x: number, y: number, radius: number, [r, g, b]: readonly [number, number, number]): void => {
  const [width, height] = [box[2], box[3]];
  const thick = radius < 3 ? radius : 1.1;
  for (let py = Math.max(0, Math.floor(y - radius)); py <= Math.min(height - 1, Math.ceil(y + radius)); py++)
    for (let px = Math.max(0, Math.floor(x - radius)); px <= Math.min(width - 1, Math.ceil(x + radius)); px++) {
      const distance = Math.hypot(px - x, py - y);
      if (distance > radius || distance < radius - thick) continue;
      pixels.set([r, g, b], (py * width + px) * 3);
    }
};

/** So many pictures are decoded at once. */
const AT_ONCE = 8;

type Placed = { readonly pixels: Uint8Array; readonly box: Box };

const place = async (
  source: ExportSource,
  { islands }: SlideLayout,
  keyframe: ExportKeyframe,
  scale: number,
): Promise<Placed | undefined> => {
  const { id, island, x, y, widthPx, heightPx } = keyframe;
  const laid = islands.get(island);
  const small = source.thumbnail(id);
  const [width, height] = [Math.round(widthPx * scale), Math.round(heightPx * scale)];
  if (laid === undefined || small === undefined || width < 1 || height < 1) return undefined;
  const [x0, y0] = [Math.round((x + laid.dx) * scale), Math.round((y + laid.dy) * scale)];
  const picture = sharp(small, { failOn: 'none' }).resize(width, height, { fit: 'fill' }).removeAlpha().toColourspace('srgb');
  return { pixels: await picture.raw().toBuffer(), box: [x0, y0, x0 + width, y0 + height] };
};

const paint = async (source: ExportSource, layout: SlideLayout, canvas: Canvas, scale: number): Promise<void> => {
  const { keyframes } = source;
  for (let i = 0; i < keyframes.length; i += AT_ONCE) {
    const placed = await Promise.all(keyframes.slice(i, i + AT_ONCE).map((keyframe) => place(source, layout, keyframe, scale)));
    for (const one of placed) if (one !== undefined) layPicture(canvas, one.pixels, one.box);
  }
};

/** Paints the slide from the small pictures of its keyframes, no larger than asked, with a ring round every counted cell; `undefined` where there is no map. */
export const pictureOfSlide = async (
  source: ExportSource,
  mostWidthPx: number,
  mostHeightPx: number,
): Promise<SlidePicture | undefined> => {
  const layout = layOutSlide(source.keyframes);
  if (layout.widthPx === 0) return undefined;
  const scale = Math.min(0.5, mostWidthPx / layout.widthPx, mostHeightPx / layout.heightPx);
  const box: Box = [0, 0, Math.max(1, Math.ceil(layout.widthPx * scale)), Math.max(1, Math.ceil(layout.heightPx * scale))];
  const canvas = newCanvas(box);
  await paint(source, layout, canvas, scale);
  for (const {
    island,
    box: [x0, y0, x1, y1],
    classIndex,
    state,
  } of source.cells()) {
    const laid = layout.islands.get(island);
    if (laid === undefined || state !== 'counted') continue;
    const radius = Math.max(1.2, (scale * Math.max(x1 - x0, y1 - y0)) / 2);
    ring(canvas, ((x0 + x1) / 2 + laid.dx) * scale, ((y0 + y1) / 2 + laid.dy) * scale, radius, rgbOf(classColour(classIndex)));
  }
  const jpeg = await sharp(canvas.pixels, { raw: { width: box[2], height: box[3], channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { jpeg, widthPx: box[2], heightPx: box[3], scale };
};
