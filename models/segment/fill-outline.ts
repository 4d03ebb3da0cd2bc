import type { Outline } from '../datasets/dataset.ts';

/** A mask of a whole picture, 8 bit, row after row. */
type Mask = { readonly data: Uint8Array; readonly widthPx: number; readonly heightPx: number };

/** Sets the pixels whose centres lie within a polygon `[x, y, x, y, …]` (even–odd rule), as far as they are in the picture. */
const fillPolygon = ({ data, widthPx, heightPx }: Mask, ring: readonly number[]): void => {
  let [top, bottom] = [heightPx, 0];
  for (let i = 1; i < ring.length; i += 2) {
    top = Math.min(top, ring[i]!);
    bottom = Math.max(bottom, ring[i]!);
  }
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(heightPx, Math.ceil(bottom)); y++) {
    const middle = y + 0.5;
    const crossings: number[] = [];
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (y0 > middle !== y1 > middle) crossings.push(x0 + ((middle - y0) / (y1 - y0)) * (x1 - x0));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i]! - 0.5));
      const to = Math.min(widthPx, Math.ceil(crossings[i + 1]! - 0.5));
      if (to > from) data.fill(255, y * widthPx + from, y * widthPx + to);
    }
  }
};

const BITS = 5;
const MORE = 0x20;
const NEGATIVE = 0x10;

/** COCO's run lengths as text: five bits a character from 48 on, low ones first; from the third on each is less the last but one. `undefined` where damaged. */
const readRunLengths = (text: string): number[] | undefined => {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const code = text.charCodeAt(at++) - 48;
      // Six characters hold more than any picture has pixels.
      if (!(code >= 0 && code < 64) || shift > 6 * BITS) return undefined;
      value += (code & 0x1f) * 2 ** shift;
      shift += BITS;
      more = (code & MORE) !== 0;
      if (!more && (code & NEGATIVE) !== 0) value -= 2 ** shift;
    }
    counts.push(counts.length > 2 ? value + counts.at(-2)! : value);
  }
  return counts;
};

/** Lays an outline as COCO writes it over a mask, 255 within. False where it is damaged: run lengths of another picture, or no numbers. */
export const fillOutline = (mask: Mask, outline: Outline): boolean => {
  if (!('counts' in outline)) {
    if (outline.some((ring) => ring.length < 6 || ring.length % 2 !== 0)) return false;
    for (const ring of outline) fillPolygon(mask, ring);
    return true;
  }
  const { data, widthPx, heightPx } = mask;
  const counts = typeof outline.counts === 'string' ? readRunLengths(outline.counts) : outline.counts;
  if (counts === undefined || outline.size[0] !== heightPx || outline.size[1] !== widthPx) return false;
  if (counts.some((count) => count < 0) || counts.reduce((sum, count) => sum + count, 0) !== data.length) return false;
  // Runs go down the columns, first of pixels that are not set.
  let at = 0;
  for (const [run, count] of counts.entries()) {
    for (let end = at + count; at < end; at++) if (run % 2 === 1) data[(at % heightPx) * widthPx + Math.floor(at / heightPx)] = 255;
  }
  return true;
};
