import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import type { GroundMark } from '../../../domain/ground.ts';
import type { LiveMessage, MapCell, MapKeyframe, MapTile } from '../../../domain/wire.ts';

type MapNews = Extract<LiveMessage, { type: 'map' }>;

/** A keyframe on the page: where it lies, and its small picture as it came and decoded. */
export type ChartKeyframe = Omit<MapKeyframe, 'picture'> & { jpeg?: Blob; bitmap?: ImageBitmap };

/** The slide map as the page knows it. Maps are changed in place; `version` counts the changes and is what views watch. */
export class SlideChart {
  version: number = $state(0);
  /** Counts the small pictures that were decoded since. */
  pictures: number = $state(0);
  /** How many there are of each; plain numbers that views may show. `cells` are the counted ones. */
  sizes: { readonly keyframes: number; readonly cells: number } = $state.raw({ keyframes: 0, cells: 0 });
  readonly keyframes = new Map<number, ChartKeyframe>();
  /** Every cell but the withdrawn. */
  readonly cells = new Map<number, MapCell>();
  /** How cells are drawn, by their ids, as far as that is known; `draws`: whether the model draws any. */
  readonly drawings = new Map<number, CellDrawing>();
  draws: boolean = $state(false);
  /** Where cells are not counted. */
  ground: readonly GroundMark[] = [];
  /** Ground that the network looked at. */
  looked: MapTile[] = [];
  /** Counts the maps: rises when one is replaced by another. */
  era = 0;
  #counted = 0;

  take(news: MapNews): void {
    if (news.whole) this.#clear();
    for (const { picture, ...keyframe } of news.keyframes) {
      const { jpeg, bitmap } = this.keyframes.get(keyframe.id) ?? {};
      const shown = picture ? new Blob([picture as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }) : jpeg;
      this.keyframes.set(keyframe.id, { ...keyframe, ...(shown && { jpeg: shown }), ...(bitmap && { bitmap }) });
      if (picture && shown) void this.#decode(keyframe.id, shown);
    }
    for (const cell of news.cells) this.#put(cell.id, cell);
    for (const id of news.removedCells) this.#put(id, undefined);
    for (const { id, ...drawing } of news.drawn ?? []) this.drawings.set(id, drawing);
    if (news.drawn) this.draws = true;
    if (news.ground) this.ground = news.ground;
    if (news.looked?.whole) this.looked = [];
    for (const tile of news.looked?.tiles ?? []) this.looked.push(tile);
    this.sizes = { keyframes: this.keyframes.size, cells: this.#counted };
    this.version += 1;
  }

  #put(id: number, cell: MapCell | undefined): void {
    this.#counted += Number(cell?.state === 'counted') - Number(this.cells.get(id)?.state === 'counted');
    if (cell) this.cells.set(id, cell);
    else {
      this.cells.delete(id);
      this.drawings.delete(id);
    }
  }

  async #decode(id: number, jpeg: Blob): Promise<void> {
    const bitmap = await createImageBitmap(jpeg).catch(() => undefined);
    const keyframe = this.keyframes.get(id);
    if (!bitmap || keyframe?.jpeg !== jpeg) {
      bitmap?.close();
      return;
    }
    keyframe.bitmap?.close();
    keyframe.bitmap = bitmap;
    this.pictures += 1;
  }

  #clear(): void {
    for (const { bitmap } of this.keyframes.values()) bitmap?.close();
    this.keyframes.clear();
    this.cells.clear();
    this.drawings.clear();
    this.draws = false;
    this.#counted = 0;
    this.ground = [];
    this.looked = [];
    this.era += 1;
  }
}
