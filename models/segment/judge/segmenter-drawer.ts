import { Tensor } from 'onnxruntime-node';
import type { SegmenterCard } from '../../../domain/segmenter-card.ts';
import { resampleRgb } from '../../runtime/resample.ts';
import { connectedPieces, type Labels, partCells } from '../instances.ts';
import { blendTiles } from '../predict-planes.ts';
import { openSession } from './detector-drawer.ts';
import { type Drawer, type DrawnCell, enlargePlane } from './drawer.ts';
import { kindsOf, shareOf } from './plane-names.ts';
import { regionsOfLabels } from './region.ts';

/** Smallest core of a cell, and smallest cell; a platelet covers 3 µm² and more. */
const LEAST_CORE_UM2 = 0.8;
const LEAST_CELL_UM2 = 3;

const BACKGROUND = 255;

/** Opens a segmenter for whole pictures; those larger than its tile are taken in overlapping tiles, blended. Throws what ONNX Runtime throws. */
export const openSegmenterDrawer = async (network: string | Uint8Array, card: SegmenterCard): Promise<Drawer> => {
  const session = await openSession(network);
  const { multipleOf, stride, tilePx } = card.input;
  const planes = card.planes.length;
  /** Cells of one kind, told apart by their cores where the network draws them. */
  const partPieces = (share: Float32Array, core: Float32Array | undefined, widthPx: number, heightPx: number, umPerPx: number): Labels => {
    const leastCellPx = LEAST_CELL_UM2 / umPerPx ** 2;
    if (core === undefined) return connectedPieces((pixel) => share[pixel]! >= 0.5, widthPx, heightPx, leastCellPx);
    const least = { leastCorePx: LEAST_CORE_UM2 / umPerPx ** 2, leastCellPx };
    return partCells(
      (pixel) => share[pixel]!,
      (pixel) => core[pixel]!,
      { widthPx, heightPx },
      least,
    );
  };
  const classes = kindsOf(card.planes);
  const infer = async (pixels: Uint8Array, height: number, width: number): Promise<Float32Array> => {
    const { masks } = await session.run({ [session.inputNames[0]!]: new Tensor('uint8', pixels, [1, height, width, 3]) });
    return masks!.data as Float32Array;
  };
  return {
    classes,
    draw: async (picture, umPerPx) => {
      const { widthPx, heightPx } = picture;
      const scaled = resampleRgb(picture, umPerPx / card.umPerPx);
      const blend = blendTiles(scaled, tilePx, planes, multipleOf);
      for (const { x, y, wide, high } of blend.tiles) {
        const [width, height] = [Math.ceil(wide / multipleOf) * multipleOf, Math.ceil(high / multipleOf) * multipleOf];
        const pixels = new Uint8Array(width * height * 3).fill(BACKGROUND);
        for (let row = 0; row < high; row++) {
          const from = (y + row) * scaled.widthPx + x;
          pixels.set(scaled.data.subarray(from * 3, (from + wide) * 3), row * width * 3);
        }
        const data = await infer(pixels, height, width);
        const map = { data, columns: width / stride, rows: height / stride, planes };
        const whole = new Float32Array(wide * high * planes);
        for (let plane = 0; plane < planes; plane++)
          enlargePlane({ ...map, plane }, { widthPx: wide, heightPx: high }, { x: 1 / stride, y: 1 / stride }).forEach((share, at) => {
            whole[at * planes + plane] = share;
          });
        blend.add(x, y, whole);
      }
      const data = blend.shares();
      const perPx = { x: scaled.widthPx / widthPx, y: scaled.heightPx / heightPx };
      const map = { data, columns: scaled.widthPx, rows: scaled.heightPx, planes };
      const shares = new Map(card.planes.map((name, plane) => [name, enlargePlane({ ...map, plane }, picture, perPx)]));
      const cells = (classes.length > 0 ? classes : ['cell']).flatMap((name, classIndex) => {
        const share = shareOf(shares, name)!;
        const labels = partPieces(share, shares.get('core'), widthPx, heightPx, umPerPx);
        const sums = new Float64Array(labels.count + 1);
        labels.labels.forEach((label, pixel) => {
          sums[label] = sums[label]! + share[pixel]!;
        });
        return regionsOfLabels(labels, widthPx).map(
          (region, at): DrawnCell => ({ region, classIndex, score: sums[at + 1]! / region.areaPx, counted: true }),
        );
      });
      return { shares, cells };
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
};
