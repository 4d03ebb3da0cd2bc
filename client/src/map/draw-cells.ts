import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import type { ClassStyle } from '../counts/class-style.ts';
import type { CellsAs } from '../outlines/cells-as.ts';
import type { OutlineSprites } from '../outlines/outline-sprites.ts';
import { CONFIDENCE_STEPS, confidenceColour, confidenceStep } from './confidence-colour.ts';
import type { DotPainter } from './draw-dots.ts';
import { addMark, type MapView } from './draw-map.ts';
import { CELL_STATES, type CellPlot, type CellState, eachCellWithin } from './plot-cells.ts';

/** What of the cells is drawn. */
export type CellLook = {
  readonly classes: readonly (ClassStyle & { readonly visible: boolean })[];
  readonly states: ReadonlySet<CellState>;
  readonly colourBy: 'class' | 'confidence';
  readonly leastScore: number;
  /** How cells that are large enough are drawn, and whether with their nuclei. */
  readonly as: CellsAs;
  readonly nuclei: boolean;
};

/** What cells are drawn with: painters that the canvas keeps, and the outlines that are known, by the cell's id. */
export type CellPainters = {
  readonly dots: DotPainter;
  readonly sprites: OutlineSprites;
  readonly drawings: ReadonlyMap<number, CellDrawing>;
};

/** Cells larger than this on the screen are boxed, smaller ones are marks; those that are larger still are outlined. In CSS pixels. */
const BOXED_PX = 11;
const OUTLINED_PX = 16;
/** So many marks at most are drawn of one kind; what is more numerous becomes dots. */
const MOST_MARKS = 1200;
/** An outlined cell takes as long as so many boxes. */
const OUTLINE_WORK = 5;
const EXCLUDED_COLOUR = '#6b7280';
const HALO = 'rgb(255 255 255 / 0.8)';
const DASHES: Record<CellState, readonly number[]> = { counted: [], waiting: [5, 4], excluded: [2, 4] };

/** Whether a cell is drawn and can be pointed at. */
export const isShown =
  (plot: CellPlot, { classes, states, leastScore }: CellLook) =>
  (i: number): boolean =>
    classes[plot.classIndex[i]!]?.visible === true && states.has(CELL_STATES[plot.state[i]!]!) && plot.score[i]! >= leastScore * 100;

/** Cells that look alike, drawn together. */
type Kind = { readonly colour: string; readonly state: CellState; readonly classIndex: number; readonly cells: number[] };

const kindsOf = (plot: CellPlot, view: MapView, size: { width: number; height: number }, look: CellLook): Kind[] => {
  const { scale, offset } = view;
  const seen = { x: -offset.x / scale, y: -offset.y / scale, width: size.width / scale, height: size.height / scale };
  const steps = look.colourBy === 'class' ? 1 : CONFIDENCE_STEPS;
  const kinds: (Kind | undefined)[] = [];
  const shown = isShown(plot, look);
  eachCellWithin(plot, seen, (i) => {
    if (!shown(i)) return;
    const classIndex = plot.classIndex[i]!;
    const state = CELL_STATES[plot.state[i]!]!;
    const step = steps === 1 ? 0 : confidenceStep(plot.score[i]! / 100);
    const key = (classIndex * CELL_STATES.length + plot.state[i]!) * steps + step;
    const colour = steps > 1 ? confidenceColour(step) : state === 'excluded' ? EXCLUDED_COLOUR : look.classes[classIndex]!.colour;
    kinds[key] ??= { colour, state, classIndex, cells: [] };
    kinds[key].cells.push(i);
  });
  // The rarer classes lie over the bed of red cells.
  return kinds.filter((kind) => kind !== undefined).toSorted((a, b) => b.cells.length - a.cells.length);
};

const drawBoxes = (
  context: CanvasRenderingContext2D,
  plot: CellPlot,
  { scale, offset, density }: MapView,
  { state, colour }: Kind,
  cells: readonly number[],
): void => {
  const path = new Path2D();
  for (const i of cells) {
    const width = plot.width[i]! * scale;
    const height = plot.height[i]! * scale;
    path.rect(plot.x[i]! * scale + offset.x - width / 2, plot.y[i]! * scale + offset.y - height / 2, width, height);
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.setLineDash([]);
  context.strokeStyle = HALO;
  context.lineWidth = 3;
  context.stroke(path);
  context.setLineDash([...DASHES[state]]);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke(path);
};

/** Draws the outlines that are known; boxes stand for the other cells, and for those whose pictures are still to be made. */
const drawOutlines = (
  context: CanvasRenderingContext2D,
  plot: CellPlot,
  view: MapView,
  kind: Kind,
  { as, nuclei }: CellLook,
  { sprites, drawings }: CellPainters,
): void => {
  const { scale, offset, density } = view;
  const style = sprites.style(kind.colour, DASHES[kind.state], as === 'fills', nuclei);
  const boxed: number[] = [];
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const i of kind.cells) {
    const id = plot.ids[i]!;
    const drawing = drawings.get(id);
    if (!drawing || !sprites.isReady(id, drawing, style)) {
      boxed.push(i);
      continue;
    }
    const x = ((plot.x[i]! - plot.width[i]! / 2) * scale + offset.x) * density;
    const y = ((plot.y[i]! - plot.height[i]! / 2) * scale + offset.y) * density;
    sprites.draw(context, id, drawing, x, y, style);
  }
  drawBoxes(context, plot, view, kind, boxed);
};

const drawMarks = (
  context: CanvasRenderingContext2D,
  plot: CellPlot,
  { scale, offset, density }: MapView,
  kind: Kind,
  look: CellLook,
): void => {
  const path = new Path2D();
  const mark = look.classes[kind.classIndex]!.mark;
  const least = kind.classIndex === 0 ? 2 : 3.2;
  for (const i of kind.cells) {
    const radius = Math.max(least, (plot.width[i]! * scale) / 2.4);
    addMark(path, mark, plot.x[i]! * scale + offset.x, plot.y[i]! * scale + offset.y, radius);
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.setLineDash([]);
  context.strokeStyle = kind.state === 'waiting' ? kind.colour : HALO;
  context.lineWidth = kind.state === 'waiting' ? 1.2 : 1.6;
  context.stroke(path);
  context.fillStyle = kind.state === 'waiting' ? HALO : kind.colour;
  context.fill(path);
};

/**
 * Draws the cells in view over what is on the canvas: outlines or boxes where they are large, marks where they are small, dots where they are also very
 * many. Gives how much there was to draw: cells, each outlined one as several.
 */
export const drawCells = (
  context: CanvasRenderingContext2D,
  plot: CellPlot,
  view: MapView,
  look: CellLook,
  painters: CellPainters,
): number => {
  const { width, height } = context.canvas;
  const { scale, offset, density } = view;
  const { dots, sprites } = painters;
  dots.begin(width, height);
  sprites.begin(scale, density);
  if (look.as === 'off') return 0;
  const kinds = kindsOf(plot, view, { width: width / density, height: height / density }, look).map((kind) => {
    const middle = kind.cells[kind.cells.length >> 1]!;
    const across = plot.width[middle]! * scale;
    if (across < BOXED_PX) return { ...kind, drawn: kind.cells.length > MOST_MARKS ? 'dots' : 'marks' };
    return { ...kind, drawn: across < OUTLINED_PX || look.as === 'boxes' ? 'boxes' : 'outlines' };
  });
  for (const { cells, colour, state, drawn } of kinds) {
    if (drawn !== 'dots') continue;
    dots.ink(colour);
    const share = state === 'counted' ? 0.75 : 0.4;
    for (const i of cells) {
      const diameter = Math.max(1.4, plot.width[i]! * scale * share) * density;
      dots.dot((plot.x[i]! * scale + offset.x) * density, (plot.y[i]! * scale + offset.y) * density, diameter);
    }
  }
  dots.finish(context);
  for (const kind of kinds) {
    if (kind.drawn === 'marks') drawMarks(context, plot, view, kind, look);
    else if (kind.drawn === 'boxes') drawBoxes(context, plot, view, kind, kind.cells);
    else if (kind.drawn === 'outlines') drawOutlines(context, plot, view, kind, look, painters);
  }
  sprites.finish();
  return kinds.reduce((sum, { cells, drawn }) => sum + cells.length * (drawn === 'outlines' ? OUTLINE_WORK : 1), 0);
};
