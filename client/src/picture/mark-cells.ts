import type { CellDrawing } from '../../../domain/cell-drawing.ts';
import type { OverlayBox } from '../../../domain/field-report.ts';
import type { CellsAs } from '../outlines/cells-as.ts';
import type { OutlineSprites } from '../outlines/outline-sprites.ts';
import type { Brush, FieldView, OverlayClass } from './draw-field.ts';

/** How the cells of a field are drawn; `drawings` are those known, by the cell's id. */
export type FieldOutlines = {
  readonly as: CellsAs;
  readonly nuclei: boolean;
  readonly drawings: ReadonlyMap<number, CellDrawing>;
  readonly sprites: OutlineSprites;
};

const HALO = 'rgb(255 255 255 / 0.75)';
const LINE_PX = 2;
/** Boxes that stand for outlines are thin and have no halo: they are not what is to be seen first. */
const THIN_PX = 1.25;
const EXCLUDED_COLOUR = '#6b7280';
const STATES = ['excluded', 'waiting', 'counted'] as const satisfies readonly OverlayBox['state'][];
const DASHES: Record<OverlayBox['state'], readonly number[]> = { counted: [], waiting: [5, 4], excluded: [2, 4] };

/**
 * Each box is a rectangle of its own on whole device pixels: drawn without a graphics card, 1,500 of them take 3 ms so, and 150 ms as one path or with
 * round corners.
 */
const strokeBoxes = (
  context: Brush,
  boxes: readonly OverlayBox[],
  view: FieldView,
  { colour, dash, px }: { readonly colour: string; readonly dash: readonly number[]; readonly px: number },
): void => {
  const { scale, offset, density } = view;
  const align = (at: number): number => Math.round(at * density) / density;
  const draw = (): void => {
    for (const { box } of boxes) {
      const x = align(box[0] * scale + offset.x);
      const y = align(box[1] * scale + offset.y);
      context.strokeRect(x, y, align(box[2] * scale + offset.x) - x, align(box[3] * scale + offset.y) - y);
    }
  };
  if (px >= LINE_PX) {
    context.setLineDash([]);
    context.strokeStyle = HALO;
    context.lineWidth = px + 2;
    draw();
  }
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = px;
  draw();
};

/** Draws the outlines of those cells that are known. `context` draws in CSS pixels. */
export const strokeOutlines = (
  context: Brush,
  boxes: readonly Pick<OverlayBox, 'id' | 'box'>[],
  { scale, offset, density }: FieldView,
  { colour, dash }: { readonly colour: string; readonly dash: readonly number[] },
  { as, nuclei, drawings, sprites }: FieldOutlines,
): void => {
  const style = sprites.style(colour, dash, as === 'fills', nuclei);
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const { id, box } of boxes) {
    const drawing = drawings.get(id);
    if (drawing) sprites.draw(context, id, drawing, (box[0] * scale + offset.x) * density, (box[1] * scale + offset.y) * density, style);
  }
  context.setTransform(density, 0, 0, density, 0, 0);
};

/** Draws the cells of a field, the rarer classes over the others: boxes, or outlines where they are wished and known. */
export const markCells = (
  context: Brush,
  drawn: readonly OverlayBox[],
  view: FieldView,
  classes: readonly OverlayClass[],
  outlines: FieldOutlines | undefined,
): void => {
  outlines?.sprites.begin(view.scale, view.density);
  if (outlines?.as === 'off') return;
  const outlined = outlines?.as === 'outlines' || outlines?.as === 'fills' ? outlines : undefined;
  for (const [index, { colour: own, visible }] of classes.entries()) {
    if (!visible) continue;
    for (const state of STATES) {
      const those = drawn.filter((box) => box.classIndex === index && box.state === state);
      const look = { colour: state === 'excluded' ? EXCLUDED_COLOUR : own, dash: DASHES[state], px: outlined ? THIN_PX : LINE_PX };
      strokeBoxes(context, outlined ? those.filter(({ id }) => !outlined.drawings.has(id)) : those, view, look);
      if (outlined) strokeOutlines(context, those, view, look, outlined);
    }
  }
  outlined?.sprites.finish();
};
