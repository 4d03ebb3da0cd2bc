import type { Extent } from '../picture/extent.ts';
import type { Arrangement } from './arrange-islands.ts';
import type { MapView } from './draw-map.ts';
import type { SlideChart } from './slide-chart.svelte.ts';

/** Pixels of the quilt for a camera pixel, at most. */
const FINEST = 1 / 8;
/** Up to so much enlarged it is shown in place of the pictures themselves. */
const MOST_ZOOM = 1.6;
/** The whole quilt has no more pixels than this: 64 MB. */
const MOST_PX = 16e6;
const PATCH_PX = 512;

type Sewn = Extent & { readonly bitmap: ImageBitmap };
type Patch = { readonly column: number; readonly row: number; readonly brush: OffscreenCanvasRenderingContext2D };

/**
 * The small pictures of a slide sewn together into large patches, for views of so much of it that single pictures are small: a dozen patches are drawn
 * where there were hundreds of pictures. Only patches on which a picture is new or was moved are sewn anew.
 */
export class Quilt {
  #scale = FINEST;
  #sewn = new Map<number, Sewn>();
  readonly #patches = new Map<string, Patch>();

  /** Brings the quilt in line with the map. Borrows the map's bitmaps. */
  take(chart: SlideChart, { islands, world }: Arrangement): void {
    const scale = Math.min(FINEST, Math.sqrt(MOST_PX / Math.max(1, world.width * world.height)));
    // A slide that grows is not sewn anew with every field.
    if (scale < this.#scale / 1.5 || scale > this.#scale * 1.5) {
      this.#scale = scale < this.#scale ? scale / 1.4 : scale;
      this.#sewn = new Map();
      this.#patches.clear();
    }
    const wanted = new Map<number, Sewn>();
    for (const { id, island, x, y, widthPx, heightPx, bitmap } of chart.keyframes.values()) {
      const shift = islands.get(island)?.shift;
      if (shift && bitmap) wanted.set(id, { x: x + shift.x, y: y + shift.y, width: widthPx, height: heightPx, bitmap });
    }
    const stale = new Set<string>();
    const spoil = (extent: Extent): void => this.#eachPatch(extent, (column, row) => stale.add(`${column} ${row}`));
    for (const [id, was] of this.#sewn) if (!wanted.has(id)) spoil(was);
    for (const [id, now] of wanted) {
      const was = this.#sewn.get(id);
      if (was && was.x === now.x && was.y === now.y && was.bitmap === now.bitmap) continue;
      if (was) spoil(was);
      spoil(now);
    }
    this.#sewn = wanted;
    for (const key of stale) this.#sew(key);
  }

  /** Whether the quilt is fine enough for a view. */
  suits({ scale, density }: MapView): boolean {
    return scale * density <= this.#scale * MOST_ZOOM;
  }

  /** Draws what of it lies in a view. */
  draw(context: CanvasRenderingContext2D, { scale, offset, density }: MapView): void {
    const { width, height } = context.canvas;
    const side = (PATCH_PX / this.#scale) * scale * density;
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const { column, row, brush } of this.#patches.values()) {
      // On whole pixels, so that no seam shows.
      const [left, right] = [column, column + 1].map((at) => Math.round(at * side + offset.x * density)) as [number, number];
      const [top, bottom] = [row, row + 1].map((at) => Math.round(at * side + offset.y * density)) as [number, number];
      if (right > 0 && bottom > 0 && left < width && top < height) context.drawImage(brush.canvas, left, top, right - left, bottom - top);
    }
  }

  #eachPatch({ x, y, width, height }: Extent, visit: (column: number, row: number) => void): void {
    const at = (px: number): number => Math.floor((px * this.#scale) / PATCH_PX);
    for (let row = at(y); row <= at(y + height); row++) for (let column = at(x); column <= at(x + width); column++) visit(column, row);
  }

  #sew(key: string): void {
    const [column, row] = key.split(' ').map(Number) as [number, number];
    const patch = this.#patches.get(key) ?? { column, row, brush: new OffscreenCanvas(PATCH_PX, PATCH_PX).getContext('2d')! };
    this.#patches.set(key, patch);
    const { brush } = patch;
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, PATCH_PX, PATCH_PX);
    brush.setTransform(this.#scale, 0, 0, this.#scale, -column * PATCH_PX, -row * PATCH_PX);
    brush.imageSmoothingQuality = 'medium';
    const [left, top, side] = [(column * PATCH_PX) / this.#scale, (row * PATCH_PX) / this.#scale, PATCH_PX / this.#scale];
    for (const { x, y, width, height, bitmap } of this.#sewn.values())
      if (x < left + side && y < top + side && x + width > left && y + height > top) brush.drawImage(bitmap, x, y, width, height);
  }
}
