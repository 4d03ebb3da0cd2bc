import type { OverlayBox } from '../../../domain/field-report.ts';
import type { Point } from '../../../domain/geometry.ts';
import type { ShownField } from '../live/picture-decoder.ts';

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
const LINE_PX = 1.75;
const LABEL_FONT_PX = 12;

/** Draws the picture; gives the id of the frame it shows. */
export const drawPicture = (context: Brush, { picture, report }: ShownField, view: FieldView): number => {
  const { scale, offset, density } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * offset.x, density * offset.y);
  // Beyond twice its size a smooth picture would only look out of focus.
  context.imageSmoothingEnabled = scale * density * (report.widthPx / picture.bitmap.width) < 3;
  context.imageSmoothingQuality = 'medium';
  context.drawImage(picture.bitmap, 0, 0, report.widthPx, report.heightPx);
  return picture.frameId;
};

const drawBox = (context: Brush, { box, state }: OverlayBox, colour: string, { scale, offset }: FieldView): void => {
  const x = box[0] * scale + offset.x;
  const y = box[1] * scale + offset.y;
  const width = (box[2] - box[0]) * scale;
  const height = (box[3] - box[1]) * scale;
  const radius = Math.min(4, width / 4, height / 4);
  context.beginPath();
  context.roundRect(x, y, width, height, Math.max(0, radius));
  context.setLineDash([]);
  context.strokeStyle = HALO;
  context.lineWidth = LINE_PX + 1.75;
  context.stroke();
  if (state === 'waiting') context.setLineDash([5, 4]);
  context.strokeStyle = colour;
  context.lineWidth = LINE_PX;
  context.stroke();
};

const drawLabel = (context: Brush, overlay: OverlayBox, look: OverlayClass, { scale, offset }: FieldView): void => {
  const text = `${look.name}  ${overlay.score.toFixed(2)}  #${overlay.id}${overlay.state === 'waiting' ? '  waiting' : ''}`;
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

/** Draws the boxes of the report over its picture; gives the id of the frame they belong to. */
export const drawOverlay = (
  context: Brush,
  { report }: ShownField,
  view: FieldView,
  classes: readonly OverlayClass[],
  pointed: OverlayBox | undefined,
): number => {
  const { scale, offset, density } = view;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.save();
  context.beginPath();
  context.rect(offset.x, offset.y, report.widthPx * scale, report.heightPx * scale);
  context.clip();
  for (const overlay of report.boxes) {
    const look = classes[overlay.classIndex];
    if (look?.visible) drawBox(context, overlay, look.colour, view);
  }
  context.restore();
  const look = pointed && classes[pointed.classIndex];
  if (pointed && look) drawLabel(context, pointed, look, view);
  return report.frameId;
};

/** The smallest visible box around a point in camera pixels: where boxes overlap, the smaller is harder to hit. */
export const boxAt = (boxes: readonly OverlayBox[], { x, y }: Point, classes: readonly OverlayClass[]): OverlayBox | undefined => {
  const area = ({ box }: OverlayBox): number => (box[2] - box[0]) * (box[3] - box[1]);
  return boxes
    .filter(({ box, classIndex }) => classes[classIndex]?.visible && x >= box[0] && x < box[2] && y >= box[1] && y < box[3])
    .toSorted((a, b) => area(a) - area(b))[0];
};
