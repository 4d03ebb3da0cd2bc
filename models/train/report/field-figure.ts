import sharp from 'sharp';
import type { Box } from '../../../domain/geometry.ts';
import type { FieldMatch } from '../../evaluate/match-field.ts';
import { px } from './chart-frame.ts';
import { html, type Markup } from './markup.ts';
import type { ReportField, WorstField } from './source-findings.ts';

/** Width of a drawn field, in units of its drawing and at most in pixels of its picture. */
const WIDTH = 640;
/** With more errors than this their words would hide the field: they stay in the tooltips. */
const MOST_WORDS = 16;
/** So near the right edge a box's word stands to its left. */
const WORD_ROOM = 120;
const WEBP = { quality: 70, effort: 2 } as const;

export type FieldKind = FieldMatch['kind'];

const shown = (match: FieldMatch): Box => (match.kind === 'missed' ? match.truth.box : match.detection.box);

const words = (match: FieldMatch, classes: readonly string[]): string => {
  switch (match.kind) {
    case 'right':
      return `${classes[match.truth.classIndex]}, found with score ${match.detection.score.toFixed(2)}, IoU ${match.overlap.toFixed(2)}`;
    case 'confused':
      return `${classes[match.truth.classIndex]}, found as ${classes[match.detection.classIndex]} with score ${match.detection.score.toFixed(2)}`;
    case 'missed':
      return `${classes[match.truth.classIndex]}, missed`;
    case 'false':
      return `no ${classes[match.detection.classIndex]} here, found with score ${match.detection.score.toFixed(2)}`;
    default:
      return match satisfies never;
  }
};

const tag = (match: FieldMatch, classes: readonly string[]): string | undefined => {
  switch (match.kind) {
    case 'right':
      return undefined;
    case 'confused':
      return `${classes[match.truth.classIndex]} → ${classes[match.detection.classIndex]}`;
    case 'missed':
      return classes[match.truth.classIndex];
    case 'false':
      return `${classes[match.detection.classIndex]} ${match.detection.score.toFixed(2)}`;
    default:
      return match satisfies never;
  }
};

const boxMarkup = (match: FieldMatch, factor: number, classes: readonly string[], isTagged: boolean): Markup => {
  const [x0, y0, x1, y1] = shown(match).map((value) => px(value * factor)) as [number, number, number, number];
  const text = isTagged ? tag(match, classes) : undefined;
  const isRight = x0 > WIDTH - WORD_ROOM;
  // Above the box, or within it where there is no room above.
  const textY = y0 > 18 ? y0 - 5 : y0 + 17;
  return html`<g class="${match.kind}"><title>${words(match, classes)}</title><rect x="${x0}" y="${y0}" width="${px(x1 - x0)}" height="${px(y1 - y0)}" rx="3"/>${
    text !== undefined && html`<text x="${isRight ? x1 - 1 : x0 + 1}" y="${textY}"${isRight && html` text-anchor="end"`}>${text}</text>`
  }</g>`;
};

const ORDER: readonly FieldKind[] = ['right', 'confused', 'false', 'missed'];

/** Encoded pictures of fields: many are among the worst each time. */
const encodedFields = new WeakMap<ReportField, Promise<string>>();

const encode = async (field: ReportField): Promise<string> => {
  const { data, widthPx, heightPx } = await field.picture();
  const picture = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize({ width: WIDTH, withoutEnlargement: true })
    .webp(WEBP)
    .toBuffer();
  return `data:image/webp;base64,${picture.toString('base64')}`;
};

/** A field with its boxes drawn over its picture. */
export const fieldFigure = async ({ field, matches, ...tally }: WorstField, classes: readonly string[]): Promise<Markup> => {
  const picture = encodedFields.get(field) ?? encode(field);
  encodedFields.set(field, picture);
  const factor = WIDTH / field.widthPx;
  const height = px(field.heightPx * factor);
  const drawn = [...matches].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const counts = [
    [tally.missed, 'missed'],
    [tally.false, 'false'],
    [tally.confused, 'confused'],
  ] as const;
  return html`<figure class="smear"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${field.name} with its boxes"><image width="${WIDTH}" height="${height}" preserveAspectRatio="none" href="${await picture}"/>${drawn.map((match) => boxMarkup(match, factor, classes, tally.errors <= MOST_WORDS))}</svg>
<figcaption><b>${field.name}</b> <span>${tally.right} of ${tally.truth} right${counts.map(([n, word]) => n > 0 && `, ${n} ${word}`)}</span></figcaption></figure>`;
};
