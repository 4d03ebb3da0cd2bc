import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { BundleCard } from '../../domain/bundle-card.ts';
import type { Detection } from '../../domain/detection.ts';
import { FaultError } from '../../domain/fault.ts';
import { nonMaximumSuppression } from '../runtime/nms.ts';
import { type RgbImage, resampleRgb } from '../runtime/resample.ts';
import { spinWithinRuns } from '../runtime/spin-within-runs.ts';

/** What detecting in still pictures needs of a bundle's card. */
export type DetectorCard = Pick<BundleCard, 'classes' | 'umPerPx'> & {
  readonly input: Pick<BundleCard['input'], 'multipleOf'>;
  readonly thresholds: Pick<BundleCard['thresholds'], 'nmsIou'>;
};

/** An ONNX detector for whole still pictures, RGB and in one piece: what `evaluate` measures. */
export type PictureDetector = AsyncDisposable & {
  /** Boxes in picture pixels, scores from `leastScore` on, the best `limit`. */
  detect(picture: RgbImage, umPerPx: number, leastScore: number, limit: number): Promise<Detection[]>;
};

/** Reads a picture file as RGB. Faults: `data`. */
export const readRgb = async (imagePath: string): Promise<RgbImage> => {
  const { data, info } = await sharp(imagePath)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: imagePath, what: 'picture cannot be decoded', remedy: 'replace or remove it' }, { cause });
    });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx: info.width, heightPx: info.height };
};

const toMultiple = (length: number, multipleOf: number): number => Math.ceil(length / multipleOf) * multipleOf;

/** What fills the network's input up to its multiple: white, as in serving. */
const BACKGROUND = 255;

/** Boxes looked at in a picture when low scores are asked for: more than the cells of any field. */
const CANDIDATES = 1000;

/** Opens a network, given as a file's path or its bytes. Throws what ONNX Runtime throws. */
export const openPictureDetector = async (network: string | Uint8Array, card: DetectorCard): Promise<PictureDetector> => {
  const options = { logSeverityLevel: 3, intraOpNumThreads: availableParallelism(), extra: { session: spinWithinRuns } } as const;
  const session =
    typeof network === 'string' ? await InferenceSession.create(network, options) : await InferenceSession.create(network, options);
  return {
    detect: async (picture, umPerPx, leastScore, limit) => {
      const scaled = resampleRgb(picture, umPerPx / card.umPerPx);
      const widthPx = toMultiple(scaled.widthPx, card.input.multipleOf);
      const heightPx = toMultiple(scaled.heightPx, card.input.multipleOf);
      const pixels = new Uint8Array(widthPx * heightPx * 3).fill(BACKGROUND);
      for (let y = 0; y < scaled.heightPx; y++)
        pixels.set(scaled.data.subarray(y * scaled.widthPx * 3, (y + 1) * scaled.widthPx * 3), y * widthPx * 3);
      const { boxes, scores } = await session.run({ [session.inputNames[0]!]: new Tensor('uint8', pixels, [1, heightPx, widthPx, 3]) });
      const score = card.classes.map(() => leastScore);
      const found = nonMaximumSuppression(boxes!.data as Float32Array, scores!.data as Float32Array, {
        score,
        iou: card.thresholds.nmsIou,
        candidates: CANDIDATES,
        limit,
      });
      const scaleX = picture.widthPx / scaled.widthPx;
      const scaleY = picture.heightPx / scaled.heightPx;
      return found.map(({ box, ...rest }) => ({
        ...rest,
        box: [
          Math.max(0, box[0] * scaleX),
          Math.max(0, box[1] * scaleY),
          Math.min(picture.widthPx, box[2] * scaleX),
          Math.min(picture.heightPx, box[3] * scaleY),
        ],
      }));
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
};
