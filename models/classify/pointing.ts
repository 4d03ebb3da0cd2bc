import { resampleRgb } from '../runtime/resample.ts';
import type { Raster } from '../train/picture.ts';
import type { EvidenceMap } from './cell-classifier.ts';
import { findCell } from './find-cell.ts';

/** Where the strongest point of a map lies: on the nucleus (or platelet), and on the cell around it. */
export type Pointed = { readonly onNucleus: boolean; readonly onCell: boolean };

/** The nucleus is looked for in a picture this much smaller. */
const COARSE = 0.5;
/** The cell around a nucleus: as far out as this share of the nucleus' longer side. */
const CELL_SHARE = 0.2;

/** Middle of the strongest point, in pixels of the picture. */
const strongest = ({ rows, columns, values, square }: EvidenceMap): readonly [number, number] => {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  const x = square[0] + (((best % columns) + 0.5) / columns) * (square[2] - square[0]);
  return [x, square[1] + ((Math.floor(best / columns) + 0.5) / rows) * (square[3] - square[1])];
};

/** The pointing game (Zhang et al., 2016) on one picture; `undefined` where no nucleus is found. */
export const pointAt = (picture: Raster, map: EvidenceMap): Pointed | undefined => {
  const { data, widthPx, heightPx } = resampleRgb(picture, COARSE);
  const found = findCell({ data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx });
  if (found === undefined) return undefined;
  const [x, y] = strongest(map).map((value) => value * COARSE) as [number, number];
  const reach = CELL_SHARE * Math.max(found.box[2] - found.box[0], found.box[3] - found.box[1]);
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < found.mask.length; at++)
    if (found.mask[at] === 1) nearest = Math.min(nearest, Math.hypot((at % widthPx) + 0.5 - x, Math.floor(at / widthPx) + 0.5 - y));
  return { onNucleus: nearest <= 1, onCell: nearest <= reach };
};
