import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { classColour } from '../../domain/class-colours.ts';
import { damaged, LIMITS } from './bounded-read.ts';
import type { Field, Mark } from './dataset.ts';
import { mapBounded } from './map-bounded.ts';
import { readPictureBytes } from './picture-file.ts';

/** A field on the sheet. */
export type Shown = {
  readonly split: string;
  readonly field: Field;
  /** Marks to point out, by index. */
  readonly pointed?: ReadonlySet<number>;
  /** A word under the name. */
  readonly note?: string;
};

export type SheetOptions = {
  readonly classes: readonly string[];
  readonly columns: number;
  /** Width of one field on the sheet. */
  readonly fieldPx: number;
  readonly signal?: AbortSignal | undefined;
  readonly onField?: (() => void) | undefined;
};

const GAP_PX = 8;
const CAPTION_PX = 40;
const LEGEND_PX = 40;
const AT_ONCE = 4;
/** The longest side of a WebP picture. */
export const MAX_SHEET_PX = 16_383;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const text = (x: number, y: number, words: string, rest = ''): string =>
  `<text x="${x}" y="${y}" font-family="DejaVu Sans, Liberation Sans, Arial, sans-serif" ${rest}>${escaped(words)}</text>`;

const svg = (widthPx: number, heightPx: number, inside: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${inside}</svg>`);

const isPolygons = (outline: Mark['outline']): outline is readonly (readonly number[])[] => Array.isArray(outline);

const markSvg = ({ label, box, outline }: Mark, scale: number, classes: readonly string[], pointed: boolean): string => {
  const index = classes.indexOf(label);
  const colour = index === -1 ? '#111111' : classColour(index);
  const [x, y, right, bottom] = box.map((value) => Math.round(value * scale * 10) / 10) as [number, number, number, number];
  const frame = `x="${Math.min(x, right)}" y="${Math.min(y, bottom)}" width="${Math.abs(right - x)}" height="${Math.abs(bottom - y)}" fill="none"`;
  const around = isPolygons(outline)
    ? outline.map(
        (points) =>
          `<polygon points="${points.map((value) => (value * scale).toFixed(1)).join(' ')}" fill="${colour}" fill-opacity="0.18" stroke="${colour}"/>`,
      )
    : [];
  const lines = pointed
    ? [`<rect ${frame} stroke="#ffffff" stroke-width="7"/>`, `<rect ${frame} stroke="${colour}" stroke-width="4" stroke-dasharray="9 4"/>`]
    : [`<rect ${frame} stroke="${colour}" stroke-width="2"/>`];
  return [...around, ...lines].join('');
};

const tileOf = async ({ split, field, pointed, note }: Shown, { classes, fieldPx }: SheetOptions, heightPx: number): Promise<Buffer> => {
  const base = sharp({ create: { width: fieldPx, height: heightPx + CAPTION_PX, channels: 3, background: '#ffffff' } });
  const scale = Math.min(fieldPx / Math.max(1, field.widthPx), heightPx / Math.max(1, field.heightPx));
  const width = Math.max(1, Math.round(field.widthPx * scale));
  const height = Math.max(1, Math.round(field.heightPx * scale));
  const layers: OverlayOptions[] = [];
  let trouble = note;
  try {
    const picture = sharp(await readPictureBytes(field.picture), { limitInputPixels: LIMITS.pixels, failOn: 'none' });
    const input = await picture.flatten().toColourspace('srgb').resize(width, height, { fit: 'fill' }).png().toBuffer();
    layers.push({ input, left: 0, top: 0 });
  } catch {
    trouble = 'the picture cannot be decoded';
  }
  const marks = field.marks.map((mark, i) => markSvg(mark, scale, classes, pointed?.has(i) ?? false)).join('');
  const caption = text(2, heightPx + 16, `${split}/${field.file}`, 'font-size="13" fill="#14202b"');
  const under = trouble === undefined ? '' : text(2, heightPx + 33, trouble, 'font-size="12" fill="#b3261e"');
  layers.push({
    input: svg(fieldPx, heightPx + CAPTION_PX, `<svg width="${width}" height="${height}">${marks}</svg>${caption}${under}`),
    left: 0,
    top: 0,
  });
  return base.composite(layers).png({ compressionLevel: 1 }).toBuffer();
};

const legendSvg = (shown: readonly Shown[], classes: readonly string[], widthPx: number): Buffer => {
  let x = GAP_PX;
  const entries = classes.map((label, i) => {
    const n = shown.reduce((sum, { field }) => sum + field.marks.filter((mark) => mark.label === label).length, 0);
    const words = `${label} ${n}`;
    const entry = `<rect x="${x}" y="12" width="18" height="14" fill="none" stroke="${classColour(i)}" stroke-width="3"/>${text(x + 25, 25, words, 'font-size="15" fill="#14202b"')}`;
    x += 25 + words.length * 9.5 + 22;
    return entry;
  });
  return svg(widthPx, LEGEND_PX, entries.join(''));
};

/** Draws fields with their boxes in the colours of the classes, names under them and a legend above, into a PNG, WebP or JPEG file. Faults: `data`. */
export const drawContactSheet = async (
  shown: readonly Shown[],
  out: string,
  options: SheetOptions,
): Promise<{ widthPx: number; heightPx: number }> => {
  const { columns: most, fieldPx, signal, onField, classes } = options;
  const columns = Math.min(most, shown.length);
  const tallest = shown.reduce((ratio, { field }) => Math.max(ratio, field.heightPx / Math.max(1, field.widthPx)), 0.2);
  const tilePx = Math.round(fieldPx * Math.min(2, tallest));
  const rows = Math.ceil(shown.length / columns);
  const widthPx = columns * (fieldPx + GAP_PX) + GAP_PX;
  const heightPx = rows * (tilePx + CAPTION_PX + GAP_PX) + LEGEND_PX;
  if (Math.max(widthPx, heightPx) > MAX_SHEET_PX)
    throw damaged(out, `the sheet would have ${widthPx} × ${heightPx} px`, 'give a smaller --count');
  const tiles = await mapBounded(
    shown,
    AT_ONCE,
    async (item) => {
      const tile = await tileOf(item, options, tilePx);
      onField?.();
      return tile;
    },
    signal,
  );
  const layers = tiles.map((input, i) => ({
    input,
    left: GAP_PX + (i % columns) * (fieldPx + GAP_PX),
    top: LEGEND_PX + Math.floor(i / columns) * (tilePx + CAPTION_PX + GAP_PX),
  }));
  const sheet = sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#ffffff' } });
  await sheet
    .composite([{ input: legendSvg(shown, classes, widthPx), left: 0, top: 0 }, ...layers])
    .toFile(out)
    .catch((cause: unknown) => {
      throw damaged(out, 'the sheet cannot be written', `check the folder ${path.dirname(out)}`, cause);
    });
  return { widthPx, heightPx };
};
