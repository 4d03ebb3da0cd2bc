import type { OverlayBox } from '../../../domain/field-report.ts';
import type { Point } from '../../../domain/geometry.ts';
import type { ShownField } from '../live/picture-decoder.ts';
import { groundStyle } from '../map/ground-style.ts';
import type { ChartKeyframe } from '../map/slide-chart.svelte.ts';
import { drawKeyframes, drawLabels } from './draw-labels.ts';
import { FIRST_LAYERS, isDrawn, type Layers } from './layers.ts';
import { type FieldOutlines, markCells } from './mark-cells.ts';

/** Colour of each class, and whether it is drawn. */
export type OverlayClass = { readonly name: string; readonly colour: string; readonly visible: boolean };

/** What is drawn with: a canvas on the page or one off the screen. */
export type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export type FieldView = {
  /** CSS pixels for a camera pixel, and where the frame's corner lies in the view. */
  readonly scale: number;
  readonly offset: Point;
  /** Device pixels for a CSS pixel. */
  readonly density: number;
};

const HALO = 'rgb(255 255 255 / 0.75)';
const LINE_PX = 2;
const LABEL_FONT_PX = 12;

/** Draws the picture; gives the id of the frame it shows. */
export const drawPicture = (context: Brush, { picture, report }: ShownField, view: FieldView): number => {
  const { scale, offset, density } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * offset.x, density * offset.y);
  // Beyond twice its size a smooth picture would only look out of focus.
  context.imageSmoothingEnabled = scale * density * (report.widthPx / picture.widthPx) < 3;
  // Without a graphics card the better one takes as long as everything else together; above half size nobody sees it.
  context.imageSmoothingQuality = scale * density * (report.widthPx / picture.widthPx) < 0.5 ? 'medium' : 'low';
  context.drawImage(picture.image, 0, 0, report.widthPx, report.heightPx);
  return picture.frameId;
};

/** The way of each flowing cell, its number beside it, and the lines it is counted at. */
const drawFlow = (context: Brush, { report }: ShownField, view: FieldView, classes: readonly OverlayClass[], layers: Layers): void => {
  if (!report.flow) return;
  const { scale, offset } = view;
  const place = (x: number, y: number): [number, number] => [x * scale + offset.x, y * scale + offset.y];
  context.setLineDash([]);
  context.font = `600 ${LABEL_FONT_PX}px "IBM Plex Sans Variable", system-ui, sans-serif`;
  context.textBaseline = 'bottom';
  for (const overlay of layers.trails ? report.boxes : []) {
    const { id, box, trail, classIndex } = overlay;
    const look = classes[classIndex];
    if (!look || !isDrawn(overlay, classes, layers)) continue;
    context.strokeStyle = look.colour;
    context.lineWidth = LINE_PX;
    context.globalAlpha = 0.55;
    context.beginPath();
    for (const [x, y] of trail ?? []) context.lineTo(...place(x, y));
    context.lineTo(...place((box[0] + box[2]) / 2, (box[1] + box[3]) / 2));
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = 3;
    context.strokeStyle = HALO;
    const [x, y] = place(box[0], box[1]);
    context.strokeText(String(id), x, y - 2);
    context.fillStyle = '#10161d';
    context.fillText(String(id), x, y - 2);
  }
  for (const { line } of layers.lines ? report.flow.crossings : []) {
    for (const [colour, width] of [
      [HALO, LINE_PX + 2],
      ['#10161d', LINE_PX],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(...place(line[0], line[1]));
      context.lineTo(...place(line[2], line[3]));
      context.stroke();
    }
  }
};

const drawLabel = (context: Brush, overlay: OverlayBox, look: OverlayClass, { scale, offset }: FieldView): void => {
  const text = `${look.name}  ${overlay.score.toFixed(2)}  #${overlay.id}${overlay.state === 'counted' ? '' : `  ${overlay.state}`}`;
  context.font = `600 ${LABEL_FONT_PX}px "IBM Plex Sans Variable", system-ui, sans-serif`;
  const width = context.measureText(text).width + 18;
  const height = LABEL_FONT_PX + 9;
  const x = overlay.box[0] * scale + offset.x;
  const above = overlay.box[1] * scale + offset.y - height - 3;
  const y = above > 0 ? above : overlay.box[3] * scale + offset.y + 3;
  context.setLineDash([]);
  context.fillStyle = '#10161d';
  context.beginPath();
  context.roundRect(x - 1, y, width, height, 4);
  context.fill();
  context.fillStyle = look.colour;
  context.fillRect(x + 3, y + 4, 3, height - 8);
  context.fillStyle = '#fff';
  context.textBaseline = 'middle';
  context.fillText(text, x + 11, y + height / 2 + 0.5);
};

/** What is drawn besides the boxes of a report. */
export type OverlayBesides = { readonly keyframes?: Iterable<ChartKeyframe>; readonly outlines?: FieldOutlines };

/** Draws the cells of the report over its picture; gives the id of the frame they belong to. */
export const drawOverlay = (
  context: Brush,
  field: ShownField,
  view: FieldView,
  classes: readonly OverlayClass[],
  pointed: OverlayBox | undefined,
  layers: Layers = FIRST_LAYERS,
  { keyframes = [], outlines }: OverlayBesides = {},
): number => {
  const { report } = field;
  const { scale, offset, density } = view;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.save();
  context.beginPath();
  context.rect(offset.x, offset.y, report.widthPx * scale, report.heightPx * scale);
  context.clip();
  for (const { kind, box } of layers.ground ? (report.ground ?? []) : []) {
    context.fillStyle = groundStyle[kind].shade;
    context.fillRect(box[0] * scale + offset.x, box[1] * scale + offset.y, (box[2] - box[0]) * scale, (box[3] - box[1]) * scale);
  }
  if (layers.keyframes) drawKeyframes(context, keyframes, report, view);
  const drawn = report.boxes.filter((box) => isDrawn(box, classes, layers));
  markCells(context, drawn, view, classes, outlines);
  if (layers.labels) drawLabels(context, drawn, view);
  drawFlow(context, field, view, classes, layers);
  context.restore();
  const look = pointed && classes[pointed.classIndex];
  if (pointed && look) drawLabel(context, pointed, look, view);
  return report.frameId;
};

/** The smallest visible box around a point in camera pixels: where boxes overlap, the smaller is harder to hit. */
export const boxAt = (
  boxes: readonly OverlayBox[],
  { x, y }: Point,
  classes: readonly OverlayClass[],
  layers: Layers,
): OverlayBox | undefined => {
  const area = ({ box }: OverlayBox): number => (box[2] - box[0]) * (box[3] - box[1]);
  return boxes
    .filter((overlay) => isDrawn(overlay, classes, layers))
    .filter(({ box }) => x >= box[0] && x < box[2] && y >= box[1] && y < box[3])
    .toSorted((a, b) => area(a) - area(b))[0];
};
