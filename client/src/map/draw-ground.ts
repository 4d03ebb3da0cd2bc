import type { Arrangement } from './arrange-islands.ts';
import type { MapView } from './draw-map.ts';
import { groundStyle } from './ground-style.ts';
import type { SlideChart } from './slide-chart.svelte.ts';

const LOOKED_SHADE = 'rgb(16 150 110 / 0.26)';
const FIELD_SHADE = 'rgb(200 180 195 / 0.5)';

/** The ground that was looked at, as one shape in world pixels: where its tiles overlap it is no darker. */
export const lookedShape = (chart: SlideChart, { islands }: Arrangement): Path2D => {
  const shape = new Path2D();
  for (const { keyframe, box } of chart.looked) {
    const lying = chart.keyframes.get(keyframe);
    const shift = lying && islands.get(lying.island)?.shift;
    if (shift) shape.rect(lying.x + shift.x + box[0], lying.y + shift.y + box[1], box[2] - box[0], box[3] - box[1]);
  }
  return shape;
};

/** Draws what lies under the cells: fields without a picture, ground already counted, ground that is not counted. */
export const drawGround = (
  context: CanvasRenderingContext2D,
  chart: SlideChart,
  { islands }: Arrangement,
  { scale, offset, density }: MapView,
  shown: { readonly pictures: boolean; readonly looked: Path2D | undefined; readonly unfit: boolean },
): void => {
  context.setTransform(density * scale, 0, 0, density * scale, density * offset.x, density * offset.y);
  context.fillStyle = FIELD_SHADE;
  for (const { island, x, y, widthPx, heightPx, jpeg } of chart.keyframes.values()) {
    const shift = islands.get(island)?.shift;
    if (shift && !(jpeg && shown.pictures)) context.fillRect(x + shift.x, y + shift.y, widthPx, heightPx);
  }
  if (shown.looked) {
    context.fillStyle = LOOKED_SHADE;
    context.fill(shown.looked);
  }
  if (!shown.unfit) return;
  for (const { kind, island, x, y, sidePx } of chart.ground) {
    const shift = islands.get(island)?.shift;
    if (!shift) continue;
    context.fillStyle = groundStyle[kind].shade;
    context.fillRect(x + shift.x, y + shift.y, sidePx, sidePx);
  }
};
