import type OpenSeadragon from 'openseadragon';
import type { Point } from '../../../domain/geometry.ts';
import type { ChartKeyframe } from './slide-chart.svelte.ts';

/** What is known of a picture that was handed to the viewer. */
type Laid = { item?: OpenSeadragon.TiledImage; readonly address: string; readonly jpeg: Blob; at: Point; gone: boolean };

/** World pixels in one unit of the viewer, in which numbers stay small. */
export const UNIT_PX = 1000;

/** The pictures of the keyframes in a viewer: laid where they belong, small and, where wished, in full; moved, taken away, hidden. */
export class SlidePictures implements Disposable {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #toUnits: (at: Point) => OpenSeadragon.Point;
  readonly #laid = new Map<number, Laid>();
  #shown = true;

  constructor(viewer: OpenSeadragon.Viewer, toUnits: (at: Point) => OpenSeadragon.Point) {
    this.#viewer = viewer;
    this.#toUnits = toUnits;
  }

  /** Lays a keyframe's picture at a place of the world, or moves it there; `full` is the address of its full picture. */
  put({ id, jpeg, widthPx, heightPx }: ChartKeyframe, at: Point, full: string | undefined): void {
    if (!jpeg) return;
    const known = this.#laid.get(id);
    if (known?.jpeg === jpeg) {
      if (known.at.x === at.x && known.at.y === at.y) return;
      known.at = at;
      known.item?.setPosition(this.#toUnits(at), true);
      return;
    }
    if (known) this.#forget(known);
    this.#lay(id, jpeg, at, { widthPx, heightPx }, full);
  }

  show(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const { item } of this.#laid.values()) item?.setOpacity(shown ? 1 : 0);
  }

  /** Takes every picture away. */
  [Symbol.dispose](): void {
    for (const picture of this.#laid.values()) this.#forget(picture);
    this.#laid.clear();
  }

  #lay(id: number, jpeg: Blob, at: Point, size: { widthPx: number; heightPx: number }, full: string | undefined): void {
    const picture: Laid = { address: URL.createObjectURL(jpeg), jpeg, at, gone: false };
    this.#laid.set(id, picture);
    const small = { url: picture.address, width: size.widthPx / 4, height: size.heightPx / 4 };
    const levels = full === undefined ? [small] : [small, { url: full, width: size.widthPx, height: size.heightPx }];
    this.#viewer.addTiledImage({
      tileSource: { type: 'legacy-image-pyramid', levels } as never,
      ...this.#toUnits(at),
      width: size.widthPx / UNIT_PX,
      opacity: this.#shown ? 1 : 0,
      success: (event) => {
        const { item } = event as unknown as { item: OpenSeadragon.TiledImage };
        if (picture.gone) this.#viewer.world.removeItem(item);
        else {
          picture.item = item;
          item.setPosition(this.#toUnits(picture.at), true);
        }
      },
    });
  }

  #forget(picture: Laid): void {
    picture.gone = true;
    if (picture.item) this.#viewer.world.removeItem(picture.item);
    URL.revokeObjectURL(picture.address);
  }
}
