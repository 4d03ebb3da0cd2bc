import type { FieldReport, OverlayBox } from '../../../domain/field-report.ts';
import type { ChartKeyframe } from '../map/slide-chart.svelte.ts';
import type { Brush, FieldView } from './draw-field.ts';

const FONT = '600 11px "IBM Plex Sans Variable", system-ui, sans-serif';
/** Text in more boxes than these is a grey haze, and costs more than everything else that is drawn. */
const MOST_LABELS = 400;
const LEAST_WIDTH_PX = 24;

/** The confidence of each box within it, where there is room to read it. */
export const drawLabels = (context: Brush, boxes: readonly OverlayBox[], { scale, offset }: FieldView): void => {
  const roomy = boxes.filter(({ box }) => (box[2] - box[0]) * scale >= LEAST_WIDTH_PX);
  if (roomy.length > MOST_LABELS) return;
  context.setLineDash([]);
  context.font = FONT;
  context.textBaseline = 'bottom';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(255 255 255 / 0.8)';
  context.fillStyle = '#10161d';
  for (const { box, score } of roomy) {
    const text = score.toFixed(2).replace(/^0/, '');
    const x = box[0] * scale + offset.x + 4;
    const y = box[3] * scale + offset.y - 2;
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
};

/** Outlines of the keyframes of the present island, as far as they lie in the field. */
export const drawKeyframes = (
  context: Brush,
  keyframes: Iterable<ChartKeyframe>,
  report: FieldReport,
  { scale, offset }: FieldView,
): void => {
  const { placement } = report;
  if (!placement) return;
  context.setLineDash([10, 6]);
  context.lineWidth = 1.5;
  context.strokeStyle = '#ffd43b';
  for (const { island, x, y, widthPx, heightPx } of keyframes) {
    const left = x - placement.x;
    const top = y - placement.y;
    const isSeen =
      island === placement.island && left < report.widthPx && top < report.heightPx && left + widthPx > 0 && top + heightPx > 0;
    if (isSeen) context.strokeRect(left * scale + offset.x, top * scale + offset.y, widthPx * scale, heightPx * scale);
  }
};
