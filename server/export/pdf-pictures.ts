import sharp from 'sharp';
import type { CellRecord } from '../../domain/cell-record.ts';
import { classColour } from '../../domain/class-colours.ts';
import { FIRST_REVIEWED_ID } from '../../domain/review.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import type { ExportKeyframe, ExportSource } from './export-source.ts';
import { INK, type Sheet } from './pdf-sheet.ts';
import { pictureOfSlide } from './slide-picture.ts';

/** Points of the page for one inch of what is printed sharp: pictures have two pixels for each. */
const PIXELS_PER_POINT = 2.4;
const MOST_HIGH = 230;

/** Lengths for a scale bar, in µm. */
const BARS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** The slide as it was stitched, with a ring round each counted cell and a scale bar. */
export const slideSection = async (sheet: Sheet, source: ExportSource): Promise<void> => {
  const { doc, text, x, width } = sheet;
  const picture = await pictureOfSlide(source, width * PIXELS_PER_POINT, MOST_HIGH * PIXELS_PER_POINT);
  if (picture === undefined) return;
  const shown = Math.min(width / picture.widthPx, MOST_HIGH / picture.heightPx);
  const [wide, high] = [picture.widthPx * shown, picture.heightPx * shown];
  sheet.need(high + 66);
  sheet.heading('Slide map');
  doc.image(picture.jpeg, x, sheet.y, { width: wide, height: high });
  doc.rect(x, sheet.y, wide, high).lineWidth(0.5).strokeColor(INK.line).stroke();
  sheet.y += high + 6;
  let at = x;
  for (const [i, name] of source.facts.classes.entries()) {
    const label = text.fit(name, { size: 7.5 }, 90);
    doc
      .circle(at + 4, sheet.y + 5, 3.4)
      .lineWidth(1.2)
      .strokeColor(classColour(i))
      .stroke();
    text.line(label, at + 12, sheet.y, { size: 7.5, colour: INK.quiet });
    at += text.widthOf(label, { size: 7.5 }) + 26;
    if (at > x + width - 160) break;
  }
  const { umPerPx } = source.facts;
  if (umPerPx !== undefined) {
    const pointsPerUm = (shown * picture.scale) / umPerPx;
    const um = BARS.findLast((one) => one * pointsPerUm <= Math.min(110, wide)) ?? BARS[0]!;
    const right = x + width;
    const label = um >= 1000 ? `${um / 1000} mm` : `${um} µm`;
    doc.rect(right - um * pointsPerUm, sheet.y + 3, um * pointsPerUm, 3).fill(INK.text);
    text.line(label, right - um * pointsPerUm - text.widthOf(label, { size: 7.5 }) - 6, sheet.y, { size: 7.5, colour: INK.text });
  }
  sheet.y += 16;
};

const SIDE = 46;
const GAP = 4;
/** Of one class, in rows of as many as fit. */
const MOST_OF_CLASS = 30;

/** So many of them, evenly over all: the same cells every time. */
const evenly = (ids: readonly number[], most: number): number[] =>
  ids.length <= most ? [...ids] : Array.from({ length: most }, (_, i) => ids[Math.floor((i * ids.length) / most)]!);

/** A picture of a cell that a reader drew, from the field that shows it most fully; nobody kept one when it was counted. */
const cutFromField = async ({ folder, keyframes }: ExportSource, { island, box }: CellRecord): Promise<Buffer | undefined> => {
  const inside = ({ x, y, widthPx, heightPx }: ExportKeyframe): number =>
    Math.min(box[0] - x, box[1] - y, x + widthPx - box[2], y + heightPx - box[3]);
  const [field] = keyframes.filter((one) => one.island === island).sort((a, b) => inside(b) - inside(a));
  if (field === undefined) return undefined;
  const grow = Math.max(box[2] - box[0], box[3] - box[1]) / 4;
  const left = Math.max(0, Math.round(box[0] - field.x - grow));
  const top = Math.max(0, Math.round(box[1] - field.y - grow));
  const width = Math.min(field.widthPx, Math.round(box[2] - field.x + grow)) - left;
  const height = Math.min(field.heightPx, Math.round(box[3] - field.y + grow)) - top;
  if (width < 2 || height < 2) return undefined;
  // A field whose picture was not kept has none to cut from.
  return sharp(keyframePictureFile(folder, field.id))
    .extract({ left, top, width, height })
    .jpeg({ quality: 88 })
    .toBuffer()
    .catch(() => undefined);
};

/** Pictures of cells of each class: all of a rare one, of a frequent one some, evenly from the first to the last. */
export const gallerySection = async (sheet: Sheet, source: ExportSource): Promise<void> => {
  const byClass = new Map<string, number[]>();
  const drawn = new Map<number, CellRecord>();
  for (const cell of source.cells()) {
    const { id, class: name, state } = cell;
    if (state !== 'counted') continue;
    if (id >= FIRST_REVIEWED_ID) drawn.set(id, cell);
    const ids = byClass.get(name);
    if (ids === undefined) byClass.set(name, [id]);
    else ids.push(id);
  }
  if (byClass.size === 0) return;
  sheet.heading('Cells');
  const rare = [...byClass].sort(([, a], [, b]) => a.length - b.length);
  for (const [name, ids] of rare) {
    const chosen = evenly(ids, MOST_OF_CLASS);
    const { doc, text, x, width } = sheet;
    sheet.need(SIDE + 30);
    doc.roundedRect(x, sheet.y + 2, 8, 8, 2).fill(classColour(source.facts.classes.indexOf(name)));
    const words =
      chosen.length === ids.length
        ? `all ${ids.length}`
        : `${chosen.length} of ${ids.length.toLocaleString('en-US')}, evenly over the session`;
    text.line(text.fit(`${name}: ${words}`, { size: 8.5, weight: 'bold' }, width - 14), x + 13, sheet.y, { size: 8.5, weight: 'bold' });
    sheet.y += 15;
    const columns = Math.floor((width + GAP) / (SIDE + GAP));
    for (let row = 0; row * columns < chosen.length; row++) {
      sheet.need(SIDE + 12);
      for (const [i, id] of chosen.slice(row * columns, (row + 1) * columns).entries()) {
        const own = drawn.get(id);
        const jpeg = source.crop(id) ?? (own && (await cutFromField(source, own)));
        if (jpeg === undefined) continue;
        const left = x + i * (SIDE + GAP);
        doc.save().roundedRect(left, sheet.y, SIDE, SIDE, 3).clip();
        doc.image(Buffer.from(jpeg), left, sheet.y, { cover: [SIDE, SIDE], align: 'center', valign: 'center' }).restore();
        text.line(String(id), left, sheet.y + SIDE + 1, { size: 5.5, colour: INK.quiet, width: SIDE, align: 'center' });
      }
      sheet.y += SIDE + 12;
    }
    sheet.y += 3;
  }
};
