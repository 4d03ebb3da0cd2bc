import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import { type OutlinePaths, outlinePaths } from './outline-paths.ts';

type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** How one kind of cells is drawn; the same object for cells that look alike, while nothing of it changes. */
export type OutlineStyle = {
  readonly colour: string;
  /** In CSS pixels. */
  readonly dash: readonly number[];
  readonly filled: boolean;
  readonly nuclei: boolean;
};

type Sprite = {
  readonly drawing: CellDrawing;
  readonly style: OutlineStyle;
  readonly scale: number;
  readonly image: ImageBitmap;
  /** From the corner of the cell's box to that of the image, in device pixels. */
  readonly x: number;
  readonly y: number;
  usedAt: number;
};

const HALO = 'rgb(255 255 255 / 0.7)';
const LINE_PX = 1.6;
const NUCLEUS_PX = 1.2;
const FILL_SHARE = 0.3;
/** Over a fill it takes more to be told apart. */
const NUCLEUS_SHARE = { lined: 0.14, filled: 0.32 };
/** Larger cells are few in a view, and drawn as they are. In device pixels. */
const LARGEST_SPRITE_PX = 320;
/** New pictures of cells in one drawing: making one takes 0.15 ms, drawing one 4 µs. */
const MOST_MADE = 60;
const SCALE_STEPS = 4096;
/** Pictures kept beyond those in use, and for how many drawings. */
const SPARE = 600;
const SPARE_TURNS = 30;

/**
 * Draws the outlines of very many cells for every frame. Stroking 1,500 curves takes 60 ms without a graphics card; so each cell is drawn once for a
 * scale and look, and its picture laid on whole device pixels. Where many are new at once they are thin lines for some frames, and while a view zooms
 * their last pictures are stretched.
 */
export class OutlineSprites {
  readonly #sprites = new Map<number, Sprite>();
  readonly #sheet = new OffscreenCanvas(1, 1);
  readonly #styles = new Map<string, OutlineStyle>();
  #turn = 0;
  #made = 0;
  #mayMake = 0;
  #used = 0;
  #coarse = 0;
  #drawn = 0;
  #scale = 1;
  #density = 1;

  /** A style to hand to `draw`: the same one for the same look. */
  style(colour: string, dash: readonly number[], filled: boolean, nuclei: boolean): OutlineStyle {
    const key = `${colour} ${dash.join()} ${filled} ${nuclei}`;
    const style = this.#styles.get(key) ?? { colour, dash, filled, nuclei };
    this.#styles.set(key, style);
    return style;
  }

  /** Begins a drawing in which a camera pixel is `scale` CSS pixels, and these are `density` device pixels. */
  begin(scale: number, density: number): void {
    this.#turn += 1;
    this.#made = this.#used = this.#coarse = this.#drawn = 0;
    // A view that is only moved has the same scale but for rounding.
    const rounded = Math.round(scale * density * SCALE_STEPS) / SCALE_STEPS;
    // While it zooms, pictures for one moment are not worth their making.
    this.#mayMake = this.#scale === rounded ? MOST_MADE : 0;
    this.#scale = rounded;
    this.#density = density;
  }

  /** Draws one cell; the corner of its box lies at (`x`, `y`) in device pixels, which are those of `context`. */
  draw(context: Brush, id: number, drawing: CellDrawing, x: number, y: number, style: OutlineStyle): void {
    this.#drawn += 1;
    const paths = outlinePaths(drawing);
    const left = Math.round(x);
    const top = Math.round(y);
    if (Math.max(paths.right - paths.left, paths.bottom - paths.top) * this.#scale > LARGEST_SPRITE_PX) {
      this.#paint(context, paths, style, x, y);
      context.setTransform(1, 0, 0, 1, 0, 0);
      return;
    }
    let sprite = this.#sprites.get(id);
    const isLike = sprite?.style === style && sprite.drawing === drawing;
    if (!(sprite && isLike && sprite.scale === this.#scale)) {
      if (this.#made >= this.#mayMake) {
        this.#coarse += 1;
        if (sprite && isLike) this.#stretch(context, sprite, x, y);
        else this.#line(context, paths, style, x, y);
        return;
      }
      sprite?.image.close();
      sprite = this.#make(drawing, paths, style);
      this.#sprites.set(id, sprite);
    }
    sprite.usedAt = this.#turn;
    this.#used += 1;
    context.drawImage(sprite.image, left + sprite.x, top + sprite.y);
  }

  /** Whether a cell has a picture or gets one now; one that has to wait makes the drawing coarse. */
  isReady(id: number, drawing: CellDrawing, style: OutlineStyle): boolean {
    const sprite = this.#sprites.get(id);
    if (this.#made < this.#mayMake || (sprite?.style === style && sprite.drawing === drawing)) return true;
    this.#coarse += 1;
    return false;
  }

  /** Ends the drawing and lets go of pictures that are no longer in use. */
  finish(): void {
    if (this.#sprites.size <= this.#used + SPARE) return;
    for (const [id, { usedAt, image }] of this.#sprites) {
      if (usedAt > this.#turn - SPARE_TURNS) continue;
      image.close();
      this.#sprites.delete(id);
    }
  }

  /** Cells in the last drawing. */
  get drawn(): number {
    return this.#drawn;
  }

  /** Whether the last drawing has cells that are coarse so far, and should be made once more. */
  get isCoarse(): boolean {
    return this.#coarse > 0;
  }

  #make(drawing: CellDrawing, paths: OutlinePaths, style: OutlineStyle): Sprite {
    this.#made += 1;
    const margin = Math.ceil(3 * this.#density);
    const x = Math.floor(paths.left * this.#scale) - margin;
    const y = Math.floor(paths.top * this.#scale) - margin;
    this.#sheet.width = Math.ceil(paths.right * this.#scale) + margin - x;
    this.#sheet.height = Math.ceil(paths.bottom * this.#scale) + margin - y;
    const brush = this.#sheet.getContext('2d')!;
    this.#paint(brush, paths, style, -x, -y);
    return { drawing, style, scale: this.#scale, image: this.#sheet.transferToImageBitmap(), x, y, usedAt: this.#turn };
  }

  #stretch(context: Brush, sprite: Sprite, x: number, y: number): void {
    const ratio = this.#scale / sprite.scale;
    const { width, height } = sprite.image;
    sprite.usedAt = this.#turn;
    this.#used += 1;
    context.drawImage(sprite.image, x + sprite.x * ratio, y + sprite.y * ratio, width * ratio, height * ratio);
  }

  #line(context: Brush, { outline }: OutlinePaths, { colour }: OutlineStyle, x: number, y: number): void {
    context.setTransform(this.#scale, 0, 0, this.#scale, x, y);
    // Up to one device pixel wide a line costs a fifth.
    context.lineWidth = 1 / this.#scale;
    context.setLineDash([]);
    context.strokeStyle = colour;
    context.stroke(outline);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  #paint(context: Brush, { outline, nucleus }: OutlinePaths, { colour, dash, filled, nuclei }: OutlineStyle, x: number, y: number): void {
    const px = this.#density / this.#scale;
    context.setTransform(this.#scale, 0, 0, this.#scale, x, y);
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.fillStyle = colour;
    if (filled) this.#fill(context, outline, FILL_SHARE);
    if (nuclei && nucleus) {
      this.#fill(context, nucleus, filled ? NUCLEUS_SHARE.filled : NUCLEUS_SHARE.lined);
      this.#stroke(context, nucleus, colour, NUCLEUS_PX * px);
    }
    this.#stroke(context, outline, HALO, (LINE_PX + 1.8) * px);
    context.setLineDash(dash.map((length) => length * px));
    this.#stroke(context, outline, colour, LINE_PX * px);
    context.setLineDash([]);
  }

  #fill(context: Brush, path: Path2D, share: number): void {
    context.globalAlpha = share;
    context.fill(path);
    context.globalAlpha = 1;
  }

  #stroke(context: Brush, path: Path2D, colour: string, width: number): void {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
}
