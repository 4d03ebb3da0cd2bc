import type { Point } from '../../../domain/geometry.ts';
import type { Extent } from './extent.ts';

const MARGIN_SHARE = 0.5;

/**
 * Which part of a world (camera pixels) a view shows, and how large. Screen points are CSS pixels from the view's upper left corner:
 * `screen = world · scale + offset`. While `fitted` it follows the world's extent and the view's size.
 */
export class Viewport {
  scale: number = $state(1);
  offset: Point = $state.raw({ x: 0, y: 0 });
  fitted: boolean = $state(true);
  view: { readonly width: number; readonly height: number } = $state.raw({ width: 0, height: 0 });
  #world: Extent = { x: 0, y: 0, width: 1, height: 1 };
  readonly #largestScale: number;
  readonly #paddingPx: number;

  constructor({ largestScale, paddingPx }: { readonly largestScale: number; readonly paddingPx: number }) {
    this.#largestScale = largestScale;
    this.#paddingPx = paddingPx;
  }

  resize(width: number, height: number): void {
    this.view = { width, height };
    this.#settle();
  }

  setWorld(world: Extent): void {
    const was = this.#world;
    if (was.x === world.x && was.y === world.y && was.width === world.width && was.height === world.height) return;
    this.#world = world;
    this.#settle();
  }

  fit(): void {
    this.fitted = true;
    this.#settle();
  }

  /** Shows the world at `scale` CSS pixels for a camera pixel, keeping the world point under `anchor` where it is. */
  zoomTo(scale: number, anchor: Point = { x: this.view.width / 2, y: this.view.height / 2 }): void {
    const next = Math.min(this.#largestScale, Math.max(this.#fitScale() * 0.8, scale));
    const ratio = next / this.scale;
    this.fitted = false;
    this.offset = this.#held({ x: anchor.x - (anchor.x - this.offset.x) * ratio, y: anchor.y - (anchor.y - this.offset.y) * ratio }, next);
    this.scale = next;
  }

  panBy(by: Point): void {
    this.fitted = false;
    this.offset = this.#held({ x: this.offset.x + by.x, y: this.offset.y + by.y }, this.scale);
  }

  toWorld(screen: Point): Point {
    return { x: (screen.x - this.offset.x) / this.scale, y: (screen.y - this.offset.y) / this.scale };
  }

  #fitScale(): number {
    const width = Math.max(1, this.view.width - 2 * this.#paddingPx);
    const height = Math.max(1, this.view.height - 2 * this.#paddingPx);
    return Math.min(width / this.#world.width, height / this.#world.height, this.#largestScale);
  }

  #settle(): void {
    if (!this.fitted) {
      this.offset = this.#held(this.offset, this.scale);
      return;
    }
    this.scale = this.#fitScale();
    this.offset = {
      x: (this.view.width - this.#world.width * this.scale) / 2 - this.#world.x * this.scale,
      y: (this.view.height - this.#world.height * this.scale) / 2 - this.#world.y * this.scale,
    };
  }

  /** Keeps a good part of the world in view, so that nobody gets lost beside it. */
  #held(offset: Point, scale: number): Point {
    const hold = (at: number, from: number, size: number, view: number): number => {
      const margin = Math.min(view, size * scale) * MARGIN_SHARE;
      return Math.min(view - margin - from * scale, Math.max(margin - (from + size) * scale, at));
    };
    return {
      x: hold(offset.x, this.#world.x, this.#world.width, this.view.width),
      y: hold(offset.y, this.#world.y, this.#world.height, this.view.height),
    };
  }
}
