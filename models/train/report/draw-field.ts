import sharp from 'sharp';
import type { FieldMatch } from '../../evaluate/match-field.ts';
import { px } from './chart-frame.ts';
import { html } from './markup.ts';
import type { ReportField } from './source-findings.ts';

/** As on the report's page: `stroke` and the width of it at 640 pixels. */
const STROKES: Readonly<Record<FieldMatch['kind'], readonly [colour: string, width: number, dashes: string]>> = {
  right: ['#00a37a', 1.6, 'none'],
  confused: ['#6c4dff', 3.5, 'none'],
  false: ['#e8003f', 3.5, 'none'],
  missed: ['#ff9d0a', 3.5, '9 5'],
};
const REFERENCE_WIDTH = 640;
const QUALITY = 82;

export type DrawnField = { readonly widthPx: number; readonly heightPx: number; readonly encoded: Uint8Array };

/** A field's picture as JPEG with the boxes drawn into it. */
export const drawField = async (field: ReportField, matches: readonly FieldMatch[]): Promise<DrawnField> => {
  const { data, widthPx, heightPx } = await field.picture();
  const factor = widthPx / field.widthPx;
  const thickness = widthPx / REFERENCE_WIDTH;
  const boxes = matches.map((match) => {
    const [x0, y0, x1, y1] = match.kind === 'missed' ? match.truth.box : match.detection.box;
    const [colour, width, dashes] = STROKES[match.kind];
    return html`<rect x="${px(x0 * factor)}" y="${px(y0 * factor)}" width="${px((x1 - x0) * factor)}" height="${px((y1 - y0) * factor)}" stroke="${colour}" stroke-width="${width * thickness}" stroke-dasharray="${dashes}"/>`;
  });
  const overlay = html`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" fill="none">${boxes}</svg>`;
  const encoded = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .composite([{ input: Buffer.from(overlay.text) }])
    .jpeg({ quality: QUALITY })
    .toBuffer();
  return { widthPx, heightPx, encoded };
};
