import type { Box } from '../../domain/geometry.ts';
import type { Random } from '../../domain/random.ts';
import type { LabelledBox } from '../datasets/labelled-field.ts';
import { type Augmentation, augmentationOf } from './augment/augmentation.ts';
import { drawBeta } from './augment/beta.ts';
import { blurGaussian, blurMotion, chooseAngle } from './augment/blur.ts';
import { degradeJpeg } from './augment/jpeg.ts';
import { addNoise, applyVignette } from './augment/light.ts';
import { type CanvasLabels, cover, joinLabels, type UnlabelledRegion, weighBoxes } from './augment/overlay.ts';
import { chooseRecolour } from './augment/recolour.ts';
import { choosePatch, chooseRegions, partition } from './augment/regions.ts';
import { drawCrop } from './draw-crop.ts';
import type { Picture } from './picture.ts';
import { choosePlacement, placeBoxes } from './place-crop.ts';

/** What the network learns from: the cells in a picture, slivers of cells and parts nobody vouches for, which count neither way, and what nobody looked for where. */
export type Canvas = {
  readonly boxes: readonly LabelledBox[];
  readonly slivers: readonly Box[];
  readonly unlabelled?: readonly UnlabelledRegion[];
};

/** How canvases are composed. */
export type ComposeOptions = {
  readonly augmentation: Augmentation;
  /** Factors of the network's µm/px that a whole canvas may be drawn at: above 1, cells are smaller. */
  readonly scales: readonly [number, number];
  /** Probability that a piece's window is laid around a cell of a class drawn evenly from those in the picture. */
  readonly aimAtRare: number;
};

export const PLAIN_COMPOSING: ComposeOptions = { augmentation: augmentationOf(undefined), scales: [1, 1], aimAtRare: 0 };

/** Greatest width of the white rim. */
const RIM_PX = 15;

const chooseAim = (random: Random, picture: Picture, chance: number): Box | undefined => {
  if (random.next() >= chance || picture.boxes.length === 0) return undefined;
  const classes = [...new Set(picture.boxes.map((item) => item.classIndex))];
  const classIndex = classes[random.integer(classes.length)];
  const cells = picture.boxes.filter((item) => item.classIndex === classIndex);
  return cells[random.integer(cells.length)]?.box;
};

/** Fills regions with recoloured pieces of pictures; small pictures leave a part to others. */
const fillRegions = (
  random: Random,
  draw: () => Picture,
  pixels: Float32Array,
  widthPx: number,
  regions: readonly Box[],
  options: ComposeOptions & { readonly zoom: readonly [number, number] },
): CanvasLabels => {
  const { augmentation, aimAtRare } = options;
  const zoom: [number, number] = [options.zoom[0], options.zoom[1]];
  let labels: CanvasLabels = { boxes: [], slivers: [], unlabelled: [] };
  const queue = [...regions];
  for (let region = queue.shift(); region !== undefined; region = queue.shift()) {
    const picture = draw();
    const { part, rest } = partition(region, { widthPx: picture.base.widthPx * zoom[1], heightPx: picture.base.heightPx * zoom[1] });
    queue.unshift(...rest);
    const aim = chooseAim(random, picture, aimAtRare);
    const placement = choosePlacement(random, picture, part, { ...augmentation, zoom, aim });
    drawCrop(pixels, widthPx, placement, picture, chooseRecolour(random, augmentation));
    labels = joinLabels(labels, placeBoxes(placement, picture));
  }
  return labels;
};

/** Pieces side by side, perhaps one laid over them. */
const composeLayer = (
  random: Random,
  draw: () => Picture,
  pixels: Float32Array,
  widthPx: number,
  heightPx: number,
  options: ComposeOptions,
): CanvasLabels => {
  const { augmentation, scales } = options;
  const scale = Math.exp(random.between(Math.log(scales[0]), Math.log(scales[1])));
  const filling = { ...options, zoom: [augmentation.zoom[0] / scale, augmentation.zoom[1] / scale] as const };
  const rim = (): number => (random.next() < augmentation.rim ? random.integer(RIM_PX) + 1 : 0);
  const [wide, high] = [widthPx - rim(), heightPx - rim()];
  pixels.fill(255);
  const labels = fillRegions(random, draw, pixels, widthPx, chooseRegions(random, wide, high, augmentation.mosaic), filling);
  if (random.next() >= augmentation.cutmix.probability) return labels;
  const patch = choosePatch(random, wide, high, augmentation.cutmix.area);
  return joinLabels(cover(labels, patch), fillRegions(random, draw, pixels, widthPx, [patch], filling));
};

/** What the optics, the sensor and the file do to the whole canvas. */
export const degrade = (random: Random, pixels: Float32Array, widthPx: number, augmentation: Augmentation): void => {
  const { vignette, motion, blur, noise, jpeg } = augmentation;
  if (random.next() < vignette.probability) applyVignette(random, pixels, widthPx, random.between(0, vignette.depth));
  if (random.next() < motion.probability) blurMotion(pixels, widthPx, random.between(...motion.lengthPx), chooseAngle(random));
  if (random.next() < blur.probability) blurGaussian(pixels, widthPx, random.between(...blur.sigmaPx));
  if (random.next() < noise.probability) addNoise(random, pixels, random.between(...noise.deviation));
  if (random.next() < jpeg.probability) degradeJpeg(pixels, widthPx, random.between(...jpeg.quality));
};

/** Composes one canvas into `pixels` (RGB, 0 to 255) from pictures that `draw` hands out: placed, recoloured, mixed, degraded. */
export const composeCanvas = (
  random: Random,
  draw: () => Picture,
  pixels: Float32Array,
  widthPx: number,
  heightPx: number,
  options: ComposeOptions = PLAIN_COMPOSING,
): Canvas => {
  const { augmentation } = options;
  let labels = composeLayer(random, draw, pixels, widthPx, heightPx, options);
  if (random.next() < augmentation.mixup.probability) {
    const other = new Float32Array(pixels.length);
    const otherLabels = composeLayer(random, draw, other, widthPx, heightPx, options);
    const share = drawBeta(random, augmentation.mixup.alpha, augmentation.mixup.alpha);
    for (let i = 0; i < pixels.length; i++) pixels[i] = pixels[i]! * share + other[i]! * (1 - share);
    labels = joinLabels(weighBoxes(labels, share), weighBoxes(otherLabels, 1 - share));
  }
  degrade(random, pixels, widthPx, augmentation);
  return labels;
};
