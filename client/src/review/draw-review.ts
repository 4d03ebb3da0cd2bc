import type { Box } from '../../../domain/geometry.ts';
import type { FrameCell } from '../../../domain/recording.ts';
import type { ClassStyle } from '../counts/class-style.ts';
import type { FieldView } from '../picture/draw-field.ts';
import { type FieldOutlines, strokeOutlines } from '../picture/mark-cells.ts';
import type { Part } from './cell-tool.svelte.ts';
import type { ShownFrame } from './playback.svelte.ts';

export type ReviewLook = {
  readonly classes: readonly ClassStyle[];
  readonly names: readonly string[];
  readonly selected: ReadonlySet<number>;
  readonly pointed: FrameCell | undefined;
  /** How cells are drawn; boxes without it. */
  readonly outlines?: FieldOutlines;
  /** What is being drawn: the rubber band or a new cell, and the parts of a split. */
  readonly band: { readonly box: Box; readonly colour: string } | undefined;
  readonly parts: readonly Part[];
};

const HALO = 'rgb(255 255 255 / 0.78)';
const INK = '#10161d';
const DELETED = '#5d6672';
const DASHES: Readonly<Record<FrameCell['state'], readonly number[]>> = {
  counted: [],
  waiting: [5, 4],
  excluded: [2, 4],
  withdrawn: [3, 5],
};
const FONT = '600 12px "IBM Plex Sans Variable", system-ui, sans-serif';
const MARK_PX = 9;

type Brush = CanvasRenderingContext2D;
type Placed = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Whole device pixels: rectangles on them are drawn ten times as fast without a graphics card. */
const place = (box: Box, { scale, offset, density }: FieldView): Placed => {
  const align = (px: number): number => Math.round(px * density) / density;
  const x = align(box[0] * scale + offset.x);
  const y = align(box[1] * scale + offset.y);
  return { x, y, width: align(box[2] * scale + offset.x) - x, height: align(box[3] * scale + offset.y) - y };
};

const strokeAll = (context: Brush, placed: readonly Placed[], colour: string, width: number, dash: readonly number[]): void => {
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  for (const { x, y, width: wide, height } of placed) context.strokeRect(x, y, wide, height);
};

/** A corner that is folded over: this cell was corrected. A ring with a question mark: somebody is not sure of it. */
const drawMarks = (context: Brush, cells: readonly FrameCell[], view: FieldView, colourOf: (cell: FrameCell) => string): void => {
  context.setLineDash([]);
  for (const cell of cells) {
    const { x, y, width, height } = place(cell.box, view);
    if (cell.correction) {
      context.fillStyle = INK;
      context.fillRect(x - 2, y - 2, MARK_PX + 4, MARK_PX + 4);
      context.fillStyle = cell.state === 'withdrawn' ? '#fff' : colourOf(cell);
      context.fillRect(x, y, MARK_PX, MARK_PX);
    }
    if (cell.correction === 'deleted') {
      context.strokeStyle = DELETED;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + width, y + height);
      context.moveTo(x + width, y);
      context.lineTo(x, y + height);
      context.stroke();
    }
    if (cell.uncertain) {
      context.fillStyle = INK;
      context.beginPath();
      context.arc(x + width, y, 8.5, 0, 2 * Math.PI);
      context.fill();
      context.fillStyle = '#ffd166';
      context.font = FONT;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText('?', x + width, y + 0.5);
      context.textAlign = 'start';
    }
  }
};

const drawLabel = (context: Brush, cell: FrameCell, look: ClassStyle | undefined, view: FieldView): void => {
  const told = [
    cell.class,
    cell.score.toFixed(2),
    `#${cell.id}`,
    cell.correction ?? '',
    cell.was === undefined ? '' : `was ${cell.was}`,
    cell.uncertain ? 'uncertain' : '',
  ];
  const text = [...told, cell.state === 'counted' || cell.correction === 'deleted' ? '' : cell.state].filter(Boolean).join('  ');
  context.font = FONT;
  const width = context.measureText(text).width + 18;
  const { x, y, height } = place(cell.box, view);
  const top = y - 25 > 0 ? y - 25 : y + height + 4;
  context.setLineDash([]);
  context.fillStyle = INK;
  context.beginPath();
  context.roundRect(x - 1, top, width, 21, 4);
  context.fill();
  context.fillStyle = look?.colour ?? DELETED;
  context.fillRect(x + 3, top + 4, 3, 13);
  context.fillStyle = '#fff';
  context.textBaseline = 'middle';
  context.fillText(text, x + 11, top + 11);
};

/** Draws the picture of the frame; gives its id. */
export const drawShownPicture = (context: Brush, { picture, frame }: ShownFrame, { scale, offset, density }: FieldView): number => {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * offset.x, density * offset.y);
  // Beyond twice its size a smooth picture would only look out of focus.
  context.imageSmoothingEnabled = scale * density < 3;
  context.imageSmoothingQuality = scale * density < 0.5 ? 'medium' : 'low';
  context.drawImage(picture.image, 0, 0, picture.widthPx, picture.heightPx);
  return frame.id;
};

/** Draws the cells of the frame as the reading has them, and what is being drawn; gives the id of the frame they belong to. */
export const drawShownCells = (context: Brush, { overlay, picture }: ShownFrame, view: FieldView, look: ReviewLook): number => {
  const { scale, offset, density } = view;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.save();
  context.beginPath();
  context.rect(offset.x, offset.y, picture.widthPx * scale, picture.heightPx * scale);
  context.clip();
  const colourOf = (cell: FrameCell): string => (cell.state === 'withdrawn' ? DELETED : (look.classes[cell.classIndex]?.colour ?? DELETED));
  const cells = look.outlines?.as !== 'off' && picture.exact ? overlay.cells : [];
  const outlined = look.outlines?.as === 'boxes' ? undefined : look.outlines;
  look.outlines?.sprites.begin(scale, density);
  for (const those of Map.groupBy(cells, (cell) => `${cell.state} ${colourOf(cell)}`).values()) {
    const [{ state }, colour] = [those[0]!, colourOf(those[0]!)];
    const boxed = outlined ? those.filter(({ id }) => !outlined.drawings.has(id)) : those;
    const placed = boxed.map(({ box }) => place(box, view));
    if (state !== 'withdrawn' && !outlined) strokeAll(context, placed, HALO, 4, []);
    strokeAll(context, placed, colour, outlined ? 1.25 : 2, DASHES[state]);
    if (outlined) strokeOutlines(context, those, view, { colour, dash: DASHES[state] }, outlined);
  }
  look.outlines?.sprites.finish();
  const selected = cells.filter(({ id }) => look.selected.has(id));
  const around = selected.map(({ box }) => place([box[0] - 3 / scale, box[1] - 3 / scale, box[2] + 3 / scale, box[3] + 3 / scale], view));
  strokeAll(context, around, INK, 5, []);
  strokeAll(context, around, '#fff', 2.5, []);
  drawMarks(
    context,
    cells.filter(({ correction, uncertain }) => correction !== undefined || uncertain),
    view,
    colourOf,
  );
  for (const { box, class: name } of look.parts) {
    strokeAll(context, [place(box, view)], INK, 5, []);
    strokeAll(context, [place(box, view)], look.classes[look.names.indexOf(name)]?.colour ?? '#fff', 2.5, []);
  }
  context.restore();
  if (look.band) {
    const band = place(look.band.box, view);
    strokeAll(context, [band], INK, 3, []);
    strokeAll(context, [band], look.band.colour, 1.5, [6, 4]);
  }
  if (look.pointed) drawLabel(context, look.pointed, look.classes[look.pointed.classIndex], view);
  return overlay.frame.id;
};
