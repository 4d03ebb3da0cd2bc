import { boxArea } from '../../../domain/geometry.ts';
import { median } from './density-findings.ts';
import { type Finding, onMark, type Placed } from './finding.ts';

/** How many standard deviations of the logarithm of the area are odd. */
const ODD = 5;
/** Of the class that a box might belong to. */
const USUAL = 3;
const MIN_BOXES = 10;
/** The least spread, in natural logarithms, that a class is taken to have: annotators differ by so much. */
const MIN_SPREAD = 0.15;
const MAD_TO_DEVIATION = 1.4826;
const EDGE_PX = 2;

type Sizes = { readonly label: string; readonly centre: number; readonly spread: number };

const sizesOf = (fields: readonly Placed[], label: string): Sizes | undefined => {
  const logs = fields.flatMap(({ field }) =>
    field.marks.filter((mark) => mark.label === label && boxArea(mark.box) > 0).map(({ box }) => Math.log(boxArea(box))),
  );
  if (logs.length < MIN_BOXES) return undefined;
  const centre = median(logs);
  return { label, centre, spread: Math.max(MIN_SPREAD, MAD_TO_DEVIATION * median(logs.map((value) => Math.abs(value - centre)))) };
};

/**
 * Boxes whose area is far from that of their class: more than five robust standard deviations (from the median absolute deviation) of its
 * logarithm. A small box at the picture's edge is a cell cut off. Where the size is that of another class, the finding says so.
 */
export const sizeFindings = (fields: readonly Placed[], classes: readonly string[]): Finding[] => {
  const sizes = classes.map((label) => sizesOf(fields, label)).filter((size) => size !== undefined);
  const findings: Finding[] = [];
  for (const placed of fields) {
    const { widthPx, heightPx, marks } = placed.field;
    for (const [i, { label, box }] of marks.entries()) {
      const own = sizes.find((size) => size.label === label);
      const area = boxArea(box);
      if (own === undefined || area < 1) continue;
      const away = (size: Sizes): number => (Math.log(area) - size.centre) / size.spread;
      const isCut = box[0] <= EDGE_PX || box[1] <= EDGE_PX || box[2] >= widthPx - EDGE_PX || box[3] >= heightPx - EDGE_PX;
      if (Math.abs(away(own)) <= ODD || (away(own) < 0 && isCut)) continue;
      const other = sizes
        .filter((size) => size !== own && Math.abs(away(size)) <= USUAL)
        .sort((a, b) => Math.abs(away(a)) - Math.abs(away(b)))[0];
      const hint = other === undefined ? '' : `; it is the size of ${other.label}`;
      findings.push(
        onMark(placed, i, 'odd-size', {
          what: `${label} of ${Math.round(area)} px² (${label} as a rule: ${Math.round(Math.exp(own.centre))} px²)${hint}`,
          proposal: 'look at it (dataset show --field), and correct its class or its box',
        }),
      );
    }
  }
  return findings;
};
