import type { Placement } from '../../../domain/field-report.ts';
import { OutlineSprites } from '../outlines/outline-sprites.ts';
import type { Extent } from '../picture/extent.ts';
import type { Arrangement } from './arrange-islands.ts';
import { type CellLook, drawCells } from './draw-cells.ts';
import { createDotPainter } from './draw-dots.ts';
import { drawGround } from './draw-ground.ts';
import { drawPresentField, type MapView } from './draw-map.ts';
import { carryAlong } from './draw-sparingly.ts';
import type { CellPlot } from './plot-cells.ts';
import { Quilt } from './quilt.ts';
import { ringCells } from './ring-cells.ts';
import type { SlideChart } from './slide-chart.svelte.ts';

/** Where the present field lies, and how large it is. */
export type PlacedField = { readonly placement: Placement; readonly widthPx: number; readonly heightPx: number };

/** What there is to draw. */
export type SlideScene = {
  readonly chart: SlideChart;
  readonly arrangement: Arrangement | undefined;
  readonly plot: CellPlot | undefined;
  readonly looked: Path2D | undefined;
  readonly pictures: boolean;
  readonly unfit: boolean;
  readonly look: CellLook;
  readonly field: PlacedField | undefined;
  /** Where the chosen cells lie. */
  readonly chosen: readonly Extent[];
};

/** The canvases of a slide: `patches` lies under the viewer's pictures, the others over them. */
export type SlideCanvases = {
  readonly patches: HTMLCanvasElement;
  readonly ground: HTMLCanvasElement;
  readonly present: HTMLCanvasElement;
};

/** Draws what lies under and over the pictures of a slide. `scene` tells what there is, each time anew. */
export class SlideSheets implements Disposable {
  /** Where the view is: written by the viewer while it draws. */
  view: MapView = { scale: 1, offset: { x: 0, y: 0 }, density: 1 };
  readonly #canvases: SlideCanvases;
  readonly #scene: () => SlideScene;
  readonly #painters = { dots: createDotPainter(), sprites: new OutlineSprites() };
  readonly #quilt = new Quilt();
  /** The last drawing of the layers: of which view, and how much it was, in cells. */
  #drawn = { view: this.view, work: 0 };
  #redraw = 0;

  constructor(canvases: SlideCanvases, scene: () => SlideScene) {
    this.#canvases = canvases;
    this.#scene = scene;
  }

  /** How much the last drawing was: cells, outlined ones as several. */
  get work(): number {
    return this.#drawn.work;
  }

  /** Whether a view is shown by coarse pictures in place of the viewer's own. */
  isCovered(wanted: MapView): boolean {
    return this.#scene().pictures && this.#quilt.suits(wanted);
  }

  /** Shows the last drawing where it lies in the present view. */
  carry(): void {
    this.#move(this.#drawn.view, this.view);
  }

  /** Takes pictures that came or moved. */
  sew(): void {
    const { chart, arrangement } = this.#scene();
    if (arrangement) this.#quilt.take(chart, arrangement);
  }

  drawLayers(): void {
    const { chart, arrangement, plot, looked, pictures, unfit, look } = this.#scene();
    const context = this.#brush(this.#canvases.ground);
    const under = this.#brush(this.#canvases.patches);
    if (!context || !under) return;
    cancelAnimationFrame(this.#redraw);
    this.#move(this.view, this.view);
    this.#drawn = { view: this.view, work: 0 };
    if (pictures) this.#quilt.draw(under, this.view);
    if (!arrangement || !plot) return;
    drawGround(context, chart, arrangement, this.view, { pictures, looked, unfit });
    this.#drawn.work = drawCells(context, plot, this.view, look, { ...this.#painters, drawings: chart.drawings });
    this.#canvases.ground.setAttribute('data-outlines', String(this.#painters.sprites.drawn));
    if (this.#painters.sprites.isCoarse) this.#redraw = requestAnimationFrame(() => this.drawLayers());
  }

  drawPresent(): void {
    const { field, arrangement, chosen } = this.#scene();
    const context = this.#brush(this.#canvases.present);
    if (!context) return;
    drawPresentField(context, field?.placement, field ?? { widthPx: 1, heightPx: 1 }, arrangement, this.view);
    const { density } = this.view;
    context.setTransform(density, 0, 0, density, 0, 0);
    ringCells(context, chosen, this.view);
  }

  [Symbol.dispose](): void {
    cancelAnimationFrame(this.#redraw);
  }

  #move(from: MapView, to: MapView): void {
    for (const canvas of [this.#canvases.patches, this.#canvases.ground]) carryAlong(canvas, from, to);
  }

  /** An empty sheet as large as its place on the page. */
  #brush(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
    const width = Math.round(canvas.clientWidth * this.view.density);
    const height = Math.round(canvas.clientHeight * this.view.density);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d') ?? undefined;
    context?.setTransform(1, 0, 0, 1, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }
}
