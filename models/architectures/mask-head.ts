import type { ConvLayer, DetectorDefinition, Layer, SegmenterDefinition } from './layer.ts';
import { yoloxNano } from './yolox-nano.ts';

const WIDE = 24;
/** Cells cover about a third of a field. */
const FIRST_SHARE = 0.3;

/** Layers of the detector that the masks grow from; what comes after them only the boxes need. */
const LAST_SHARED = 'fuse8.out';

/**
 * The branch that draws cells, on the maps of `yolox-nano` at strides 8 and 4, which it leaves as they are: boxes are the same with and without it. It
 * computes at stride 4 and gives four points there (sub-pixel convolution, Shi et al., 2016): one logit a plane (whole cell, nucleus) at stride 2.
 */
export const maskHead = (planes: number): Pick<SegmenterDefinition, 'layers' | 'logits' | 'stride' | 'shuffle'> => {
  const layers: Layer[] = [];
  const conv = (name: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    const normal = { kernel: 1, stride: 1, depthwise: false, normalised: true, activation: 'silu' } as const;
    layers.push({ kind: 'conv', name, from, inChannels, outChannels, ...normal, ...options });
    return name;
  };
  // Narrowed before they are enlarged: a fourth of the work.
  conv('mask8.in', LAST_SHARED, 64, WIDE, { activation: 'none' });
  layers.push({ kind: 'resize', name: 'mask4.grow', from: 'mask8.in', like: 's4.out' });
  conv('mask4.skip', 's4.out', 32, WIDE, { activation: 'none' });
  layers.push({ kind: 'add', name: 'mask4.both', from: ['mask4.grow', 'mask4.skip'], activation: 'silu' });
  conv('mask4.a.depth', 'mask4.both', WIDE, WIDE, { kernel: 3, depthwise: true });
  conv('mask4.a.point', 'mask4.a.depth', WIDE, WIDE);
  conv('mask4.b.depth', 'mask4.a.point', WIDE, WIDE, { kernel: 3, depthwise: true });
  const logits = conv('mask.logits', 'mask4.b.depth', WIDE, 4 * planes, {
    normalised: false,
    activation: 'none',
    firstBias: new Array<number>(4 * planes).fill(-Math.log((1 - FIRST_SHARE) / FIRST_SHARE)),
  });
  return { layers, logits, stride: 2, shuffle: 2 };
};

const FINE = 12;

/**
 * A finer branch for pictures as they are: down to the pixel, from the detector's maps at strides 8, 4 and 2 and the picture itself. It draws edges more
 * exactly, and costs far more than the boxes do.
 */
const fineMaskHead = (planes: number): Pick<SegmenterDefinition, 'layers' | 'logits' | 'stride' | 'shuffle'> => {
  const layers: Layer[] = [];
  const conv = (name: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    const normal = { kernel: 1, stride: 1, depthwise: false, normalised: true, activation: 'silu' } as const;
    layers.push({ kind: 'conv', name, from, inChannels, outChannels, ...normal, ...options });
    return name;
  };
  /** What was known at half the size, narrowed and enlarged, with what this size shows. */
  const join = (stride: number, from: string, fromChannels: number, skip: string, skipChannels: number, wide: number): string => {
    const at = `mask${stride}`;
    conv(`${at}.in`, from, fromChannels, wide, { activation: 'none' });
    layers.push({ kind: 'resize', name: `${at}.grow`, from: `${at}.in`, like: skip });
    conv(`${at}.skip`, skip, skipChannels, wide, { activation: 'none' });
    layers.push({ kind: 'add', name: `${at}.both`, from: [`${at}.grow`, `${at}.skip`], activation: 'silu' });
    return conv(`${at}.b`, conv(`${at}.a`, `${at}.both`, wide, wide, { kernel: 3 }), wide, wide, { kernel: 3 });
  };
  const at4 = join(4, LAST_SHARED, 64, 's4.out', 32, WIDE);
  const at2 = join(2, at4, WIDE, 'stem', 16, 16);
  conv('mask1.see', 'input', 3, FINE, { kernel: 3 });
  const at1 = join(1, at2, 16, 'mask1.see', FINE, FINE);
  const logits = conv('mask.logits', at1, FINE, planes, {
    normalised: false,
    activation: 'none',
    firstBias: new Array<number>(planes).fill(-Math.log((1 - FIRST_SHARE) / FIRST_SHARE)),
  });
  return { layers, logits, stride: 1, shuffle: 1 };
};

/** A detector with the branch of masks: what is deployed. */
export const withMasks = (detector: DetectorDefinition, planes: number): DetectorDefinition => ({
  ...detector,
  layers: [...detector.layers, ...maskHead(planes).layers],
});

/** The detector's layers up to where masks begin, and the masks: what is trained, the detector's part held still. */
export const maskedYoloxNano = (planes: number, fine = false): SegmenterDefinition => {
  const { layers, multipleOf, inputScale } = yoloxNano(1);
  const shared = layers.slice(0, layers.findIndex(({ name }) => name === LAST_SHARED) + 1);
  const head = (fine ? fineMaskHead : maskHead)(planes);
  return {
    name: fine ? 'yolox-nano-fine-masks' : 'yolox-nano-masks',
    planes,
    ...head,
    layers: [...shared, ...head.layers],
    multipleOf,
    inputScale,
  };
};
