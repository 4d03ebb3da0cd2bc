import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { BundleCard } from '../../../domain/bundle-card.ts';
import type { Detection } from '../../../domain/detection.ts';
import { outlineCells } from '../../runtime/masks/outline-cells.ts';
import { nonMaximumSuppression } from '../../runtime/nms.ts';
import { type RgbImage, resampleRgb } from '../../runtime/resample.ts';
import { spinWithinRuns } from '../../runtime/spin-within-runs.ts';
import { type Drawer, type DrawnCell, enlargePlane } from './drawer.ts';
import { regionOfLine } from './region.ts';

/** Scores from here on tell precision, as with boxes. */
const LEAST_SCORE = 0.01;
const LIMIT = 1000;
/** What fills the network's input up to its multiple: white, as in serving. */
const BACKGROUND = 255;

/** A picture at the network's scale, filled up to whole multiples. */
export const networkPicture = (picture: RgbImage, factor: number, multipleOf: number) => {
  const scaled = resampleRgb(picture, factor);
  const widthPx = Math.ceil(scaled.widthPx / multipleOf) * multipleOf;
  const heightPx = Math.ceil(scaled.heightPx / multipleOf) * multipleOf;
  const pixels = new Uint8Array(widthPx * heightPx * 3).fill(BACKGROUND);
  for (let y = 0; y < scaled.heightPx; y++)
    pixels.set(scaled.data.subarray(y * scaled.widthPx * 3, (y + 1) * scaled.widthPx * 3), y * widthPx * 3);
  const input = new Tensor('uint8', pixels, [1, heightPx, widthPx, 3]);
  return { input, perPx: { x: scaled.widthPx / picture.widthPx, y: scaled.heightPx / picture.heightPx } };
};

/** Opens a network, a file or its bytes, with ONNX Runtime on the processor. */
export const openSession = (network: string | Uint8Array): Promise<InferenceSession> => {
  const options = { logSeverityLevel: 3, intraOpNumThreads: availableParallelism(), extra: { session: spinWithinRuns } } as const;
  return typeof network === 'string' ? InferenceSession.create(network, options) : InferenceSession.create(network, options);
};

/** Opens the network of a bundle that finds cells and draws them, for whole pictures. Throws what ONNX Runtime throws. */
export const openDetectorDrawer = async (
  network: string | Uint8Array,
  card: BundleCard,
  masks: NonNullable<BundleCard['masks']>,
): Promise<Drawer> => {
  const session = await openSession(network);
  const nucleated = new Set(masks.nucleated.map((name) => card.classes.indexOf(name)));
  return {
    classes: card.classes,
    draw: async (picture, umPerPx) => {
      const { widthPx, heightPx } = picture;
      const { input, perPx } = networkPicture(picture, umPerPx / card.umPerPx, card.input.multipleOf);
      const { boxes, scores, masks: drawn } = await session.run({ [session.inputNames[0]!]: input });
      const found = nonMaximumSuppression(boxes!.data as Float32Array, scores!.data as Float32Array, {
        score: card.classes.map(() => LEAST_SCORE),
        iou: card.thresholds.nmsIou,
        candidates: LIMIT,
        limit: LIMIT,
      });
      const [, rows, columns] = drawn!.dims as [number, number, number];
      const data = drawn!.data as Float32Array;
      const planes = masks.planes.length;
      const outlinesOf = (list: readonly Detection[]) =>
        outlineCells(
          { data, offset: 0, width: columns, height: rows, planes, stride: masks.stride },
          list.map(({ box }) => box),
          (index) => nucleated.has(list[index]!.classIndex),
        );
      const counts = ({ score, classIndex }: Detection): boolean => score >= card.thresholds.score[classIndex]!;
      const counted = found.filter(counts);
      const others = found.filter((one) => !counts(one));
      // Cells that count are drawn as in serving; unlikely ones take nothing from them.
      const outlines = [...outlinesOf(counted), ...outlinesOf([...counted, ...others]).slice(counted.length)];
      const cells = [...counted, ...others].flatMap(({ classIndex, score }, index): DrawnCell[] => {
        const outline = outlines[index]?.outline.map((value, at) => value / (at % 2 === 0 ? perPx.x : perPx.y));
        const region = outline === undefined ? undefined : regionOfLine(outline, widthPx, heightPx);
        return region === undefined ? [] : [{ region, classIndex, score, counted: index < counted.length }];
      });
      const shares = masks.planes.map((name, plane): [string, Float32Array] => [
        name,
        enlargePlane({ data, columns, rows, planes, plane }, picture, { x: perPx.x / masks.stride, y: perPx.y / masks.stride }),
      ]);
      return { shares: new Map(shares), cells };
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
};
