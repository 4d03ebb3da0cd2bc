import type { ConvLayer, Layer, SegmenterDefinition } from './layer.ts';

export type UNetShape = {
  readonly name: string;
  readonly planes: number;
  /** Filters of the first level; each level below has twice as many. */
  readonly filters: number;
  readonly levels: number;
  /** Side of the first level's first kernel. */
  readonly firstKernel: 3 | 7;
  /** Of every 3×3 convolution. */
  readonly dilation: 1 | 2;
};

const FIRST_SHARE = 0.1;

/**
 * U-Net (Ronneberger, Fischer and Brox, 2015) with batch normalisation and padded convolutions, so that the logits are as large as the picture: two
 * convolutions a level, 2×2 maxima down, nearest-neighbour enlargement and a 2×2 convolution up, the level's maps joined on the way.
 */
export const uNet = ({ name, planes, filters, levels, firstKernel, dilation }: UNetShape): SegmenterDefinition => {
  const layers: Layer[] = [];
  const conv = (layer: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    const normal = { kernel: 3, stride: 1, depthwise: false, normalised: true, activation: 'relu', dilation } as const;
    layers.push({ kind: 'conv', name: layer, from, inChannels, outChannels, ...normal, ...options });
    return layer;
  };
  const width = (level: number): number => filters * 2 ** level;
  const block = (at: string, from: string, inChannels: number, level: number, options: Partial<ConvLayer> = {}): string =>
    conv(`${at}.b`, conv(`${at}.a`, from, inChannels, width(level), options), width(level), width(level));

  let last = block('down0', 'input', 3, 0, firstKernel === 3 ? {} : { kernel: firstKernel, dilation: 1 });
  for (let level = 1; level < levels; level++) {
    layers.push({ kind: 'maxPool', name: `down${level}.pool`, from: last, window: 2, stride: 2 });
    last = block(`down${level}`, `down${level}.pool`, width(level - 1), level);
  }
  for (let level = levels - 2; level >= 0; level--) {
    const at = `up${level}`;
    const skip = `down${level}.b`;
    layers.push({ kind: 'resize', name: `${at}.grow`, from: last, like: skip });
    conv(`${at}.in`, `${at}.grow`, width(level + 1), width(level), { kernel: 2, dilation: 1 });
    layers.push({ kind: 'concat', name: `${at}.both`, from: [skip, `${at}.in`] });
    last = block(at, `${at}.both`, 2 * width(level), level);
  }
  const logits = conv('logits', last, width(0), planes, {
    kernel: 1,
    dilation: 1,
    normalised: false,
    activation: 'none',
    firstBias: new Array<number>(planes).fill(-Math.log((1 - FIRST_SHARE) / FIRST_SHARE)),
  });
  return { name, planes, layers, logits, stride: 1, shuffle: 1, multipleOf: 2 ** (levels - 1), inputScale: 64 };
};
