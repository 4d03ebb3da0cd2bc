import type { Placement } from '../../../domain/field-report.ts';
import type { Point } from '../../../domain/geometry.ts';
import type { ClassStyle } from '../counts/class-style.ts';
import type { Arrangement } from './arrange-islands.ts';
import { groundStyle } from './ground-style.ts';
import type { SlideChart } from './slide-chart.svelte.ts';

export type MapView = { readonly scale: number; readonly offset: Point; readonly density: number };
export type MapClass = ClassStyle & { readonly visible: boolean };

const SMALLEST_MARK_PX = 1.3;
const LARGEST_MARK_PX = 5;
const MARK_SHARE = 22;
const FIELD_COLOUR = '#ffd43b';

export const addMark = (path: Path2D, mark: ClassStyle['mark'], x: number, y: number, r: number): void => {
  switch (mark) {
    case 'disc':
      path.moveTo(x + r, y);
      path.arc(x, y, r, 0, 2 * Math.PI);
      return;
    case 'square':
      path.rect(x - r * 0.95, y - r * 0.95, r * 1.9, r * 1.9);
      return;
    case 'triangle':
      path.moveTo(x, y - r * 1.15);
      path.lineTo(x + r * 1.1, y + r * 0.85);
      path.lineTo(x - r * 1.1, y + r * 0.85);
      path.closePath();
      return;
    case 'diamond':
      path.moveTo(x, y - r * 1.25);
      path.lineTo(x + r * 1.25, y);
      path.lineTo(x, y + r * 1.25);
      path.lineTo(x - r * 1.25, y);
      path.closePath();
      return;
    default:
      mark satisfies never;
  }
};

const drawGround = (context: CanvasRenderingContext2D, chart: SlideChart, { islands }: Arrangement): void => {
  context.imageSmoothingQuality = 'medium';
  for (const { island, x, y, widthPx, heightPx, bitmap } of chart.keyframes.values()) {
    const shift = islands.get(island)?.shift;
    if (!shift) continue;
    if (bitmap) context.drawImage(bitmap, x + shift.x, y + shift.y, widthPx, heightPx);
    else {
      context.fillStyle = 'rgb(200 180 195 / 0.5)';
      context.fillRect(x + shift.x, y + shift.y, widthPx, heightPx);
    }
  }
};

/** Shades the ground where cells are not counted, each kind its own way. */
const drawUnfit = (context: CanvasRenderingContext2D, chart: SlideChart, { islands }: Arrangement): void => {
  for (const { kind, island, x, y, sidePx } of chart.ground) {
    const shift = islands.get(island)?.shift;
    if (!shift) continue;
    context.fillStyle = groundStyle[kind].shade;
    context.fillRect(x + shift.x, y + shift.y, sidePx, sidePx);
  }
};

/** Draws the mosaic and the cells on it. Its cost grows with the map, so it is called when the map or the view changes, not for each frame. */
export const drawMap = (
  context: CanvasRenderingContext2D,
  chart: SlideChart,
  arrangement: Arrangement,
  { scale, offset, density }: MapView,
  classes: readonly MapClass[],
): void => {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(density * scale, 0, 0, density * scale, density * offset.x, density * offset.y);
  drawGround(context, chart, arrangement);
  drawUnfit(context, chart, arrangement);
  const radius = Math.min(LARGEST_MARK_PX, Math.max(SMALLEST_MARK_PX, MARK_SHARE * scale));
  const paths = classes.map(() => new Path2D());
  for (const { island, classIndex, x, y, state } of chart.cells.values()) {
    if (state !== 'counted') continue;
    const shift = arrangement.islands.get(island)?.shift;
    const look = classes[classIndex];
    const path = paths[classIndex];
    if (!shift || !path || !look?.visible) continue;
    // The rarer classes lie on a bed of red cells and must stand out from it.
    addMark(
      path,
      look.mark,
      (x + shift.x) * scale + offset.x,
      (y + shift.y) * scale + offset.y,
      classIndex === 0 ? radius * 0.8 : radius * 1.5,
    );
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  paths.forEach((path, index) => {
    context.fillStyle = classes[index]?.colour ?? '#888';
    context.strokeStyle = 'rgb(255 255 255 / 0.9)';
    context.lineWidth = index === 0 ? 0.6 : 1.4;
    context.stroke(path);
    context.fill(path);
  });
};

/** Draws where the present field lies: the one part of the map that changes with each frame. */
export const drawPresentField = (
  context: CanvasRenderingContext2D,
  placement: Placement | undefined,
  size: { readonly widthPx: number; readonly heightPx: number },
  arrangement: Arrangement | undefined,
  { scale, offset, density }: MapView,
): void => {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  if (!placement) return;
  const shift = arrangement?.islands.get(placement.island)?.shift;
  if (!shift) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  const x = (placement.x + shift.x) * scale + offset.x;
  const y = (placement.y + shift.y) * scale + offset.y;
  for (const [colour, width] of [
    ['rgb(10 15 20 / 0.8)', 4.5],
    [FIELD_COLOUR, 2.2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x, y, size.widthPx * scale, size.heightPx * scale);
  }
};
