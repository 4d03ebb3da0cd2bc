import type { Detection } from '../../domain/detection.ts';
import { FaultError } from '../../domain/fault.ts';
import type { DetectorFormat } from '../runtime/detector-format.ts';
import { nonMaximumSuppression } from '../runtime/nms.ts';
import { type RgbImage, type RgbTarget, resampleRgb } from '../runtime/resample.ts';
import { openTileNetwork } from '../runtime/tile-network.ts';
import type { DetectorCard, PictureDetector } from './picture-detector.ts';

/** Lower scores are of no use to any judgement. */
const LEAST_SCORE = 0.01;
const BACKGROUND = 255;
/** Neighbouring tiles share this part of their length. */
const OVERLAP_SHARE = 0.25;

const starts = (length: number, tile: number): number[] => {
  if (length <= tile) return [0];
  const count = Math.ceil((length - tile) / (tile * (1 - OVERLAP_SHARE))) + 1;
  return Array.from({ length: count }, (_, at) => Math.round((at * (length - tile)) / (count - 1)));
};

/** The part of a picture from (x, y) on as RGB rows; what lies beyond it is white. */
const copyPart = (
  from: RgbImage,
  x: number,
  y: number,
  widthPx: number,
  heightPx: number,
  { data, offsetPx, stridePx }: RgbTarget,
): void => {
  data.fill(BACKGROUND, offsetPx * 3, (offsetPx + stridePx * heightPx) * 3);
  const columns = Math.min(widthPx, from.widthPx - x);
  for (let row = 0; row < Math.min(heightPx, from.heightPx - y); row++) {
    const at = ((y + row) * from.widthPx + x) * 3;
    data.set(from.data.subarray(at, at + columns * 3), (offsetPx + row * stridePx) * 3);
  }
};

/** Boxes of tiles that overlap, each cell once. */
const merged = (found: readonly Detection[], classes: number, iou: number, leastScore: number, limit: number): Detection[] => {
  const boxes = new Float32Array(found.length * 4);
  const scores = new Float32Array(found.length * classes);
  found.forEach(({ box, classIndex, score }, at) => {
    boxes.set(box, at * 4);
    scores[at * classes + classIndex] = score;
  });
  return nonMaximumSuppression(boxes, scores, { score: new Array<number>(classes).fill(leastScore), iou, limit });
};

/**
 * A detector made elsewhere, for whole still pictures: in tiles of the size that it takes, what neighbours both find once.
 * Faults: `bundle` where its outputs are not of its layout.
 */
export const openForeignPictures = async (
  networkPath: string,
  card: DetectorCard & { readonly input: { readonly tilePx: number } },
  format: DetectorFormat,
): Promise<PictureDetector> => {
  const classes = card.classes.length;
  const { tilePx, multipleOf } = card.input;
  const network = await openTileNetwork({
    engine: 'onnx:cpu',
    networkPath,
    format,
    precision: 'full',
    threads: 0,
    classes,
    multipleOf,
    tilePx,
    score: new Array<number>(classes).fill(LEAST_SCORE),
    nmsIou: card.thresholds.nmsIou,
  });
  if (typeof network === 'string')
    throw new FaultError({ kind: 'bundle', bundle: networkPath, what: network, remedy: 'declare its layout in card.json' });
  const side = Math.ceil(tilePx / multipleOf) * multipleOf;
  const size = format.fixed ?? { widthPx: side, heightPx: side };
  return {
    detect: async (picture, umPerPx, leastScore, limit) => {
      const scaled = resampleRgb(picture, umPerPx / card.umPerPx);
      const corners = starts(scaled.heightPx, size.heightPx).flatMap((y) => starts(scaled.widthPx, size.widthPx).map((x) => ({ x, y })));
      const fill = (place: number, target: RgbTarget): void =>
        copyPart(scaled, corners[place]!.x, corners[place]!.y, size.widthPx, size.heightPx, target);
      const found = (await network.detectInputs(corners.length, size, fill)).flatMap((inTile, place) => {
        const { x, y } = corners[place]!;
        return inTile.map((one) => ({ ...one, box: [one.box[0] + x, one.box[1] + y, one.box[2] + x, one.box[3] + y] as const }));
      });
      const [scaleX, scaleY] = [picture.widthPx / scaled.widthPx, picture.heightPx / scaled.heightPx];
      return merged(found, classes, card.thresholds.nmsIou, leastScore, limit).map(({ box, ...rest }) => ({
        ...rest,
        box: [
          Math.max(0, box[0] * scaleX),
          Math.max(0, box[1] * scaleY),
          Math.min(picture.widthPx, box[2] * scaleX),
          Math.min(picture.heightPx, box[3] * scaleY),
        ],
      }));
    },
    [Symbol.asyncDispose]: () => network.release(),
  };
};
