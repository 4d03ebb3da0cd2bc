import type { GroundMark } from '../../../domain/ground.ts';
import type { LiveMessage, MapCell, MapKeyframe } from '../../../domain/wire.ts';

type MapNews = Extract<LiveMessage, { type: 'map' }>;

/** A keyframe on the page: where it lies, and its picture once decoded. */
export type ChartKeyframe = Omit<MapKeyframe, 'picture'> & { bitmap?: ImageBitmap };

/** The slide map as the page knows it. Maps are changed in place; `version` counts the changes and is what views watch. */
export class SlideChart {
  version: number = $state(0);
  /** How many there are of each; plain numbers that views may show. */
  sizes: { readonly keyframes: number; readonly cells: number } = $state.raw({ keyframes: 0, cells: 0 });
  readonly keyframes = new Map<number, ChartKeyframe>();
  readonly cells = new Map<number, MapCell>();
  /** Where cells are not counted. */
  ground: readonly GroundMark[] = [];

  take(news: MapNews): void {
    if (news.whole) this.#clear();
    for (const { picture, ...keyframe } of news.keyframes) {
      const known = this.keyframes.get(keyframe.id);
      this.keyframes.set(keyframe.id, { ...keyframe, ...(known?.bitmap ? { bitmap: known.bitmap } : {}) });
      if (picture) void this.#decode(keyframe.id, picture);
    }
    for (const cell of news.cells) this.cells.set(cell.id, cell);
    for (const id of news.removedCells) this.cells.delete(id);
    if (news.ground) this.ground = news.ground;
    this.sizes = { keyframes: this.keyframes.size, cells: this.cells.size };
    this.version += 1;
  }

  async #decode(id: number, jpeg: Uint8Array): Promise<void> {
    const bitmap = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })).catch(() => undefined);
    const keyframe = this.keyframes.get(id);
    if (!bitmap || !keyframe) {
      bitmap?.close();
      return;
    }
    keyframe.bitmap?.close();
    keyframe.bitmap = bitmap;
    this.version += 1;
  }

  #clear(): void {
    for (const { bitmap } of this.keyframes.values()) bitmap?.close();
    this.keyframes.clear();
    this.cells.clear();
    this.ground = [];
  }
}
