import type { ConvLayer, DetectorDefinition, Layer } from './layer.ts';

const FIRST_SCORE = 0.01;
/** Strides of the head's levels, and the channels of the trunk there. */
const LEVELS = [
  { stride: 8, channels: 64 },
  { stride: 16, channels: 128 },
  { stride: 32, channels: 256 },
] as const;
const HEAD_CHANNELS = 64;

/**
 * YOLOX-nano (Ge et al., 2021; widths a quarter, depths a third, depthwise convolutions): a cross-stage-partial trunk, top-down and
 * bottom-up fusion, and decoupled heads at strides 8, 16 and 32. Layers stand in the order of the published network, so that its
 * weights can be taken over. Ours differs at the ends: the first convolution takes the picture itself (space-to-depth and 3×3 are one
 * 6×6 of stride 2), and the heads give the distances to a box's sides and no objectness, which the quality focal loss makes needless.
 */
export const yoloxNano = (classes: number): DetectorDefinition => {
  const layers: Layer[] = [];
  const conv = (name: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    const normal = { kernel: 1, stride: 1, depthwise: false, normalised: true, activation: 'silu' } as const;
    layers.push({ kind: 'conv', name, from, inChannels, outChannels, ...normal, ...options });
    return name;
  };
  const concat = (name: string, from: readonly string[]): string => {
    layers.push({ kind: 'concat', name, from });
    return name;
  };
  const separable = (name: string, from: string, inChannels: number, outChannels: number, stride: 1 | 2 = 1): string => {
    conv(`${name}.depth`, from, inChannels, inChannels, { kernel: 3, stride, depthwise: true });
    return conv(`${name}.point`, `${name}.depth`, inChannels, outChannels);
  };
  /** Half of the channels go through the bottlenecks, half pass by (CSPNet, Wang et al., 2020). */
  const partial = (name: string, from: string, inChannels: number, outChannels: number, blocks: number, residual: boolean): string => {
    const half = outChannels / 2;
    let last = conv(`${name}.main`, from, inChannels, half);
    conv(`${name}.pass`, from, inChannels, half);
    for (let block = 0; block < blocks; block++) {
      const at = `${name}.block${block}`;
      separable(`${at}.b`, conv(`${at}.a`, last, half, half), half, half);
      if (residual) layers.push({ kind: 'add', name: at, from: [`${at}.b.point`, last], activation: 'none' });
      last = residual ? at : `${at}.b.point`;
    }
    return conv(`${name}.out`, concat(`${name}.both`, [last, `${name}.pass`]), outChannels, outChannels);
  };

  conv('stem', 'input', 3, 16, { kernel: 6, stride: 2 });
  partial('s4', separable('s4.down', 'stem', 16, 32, 2), 32, 32, 1, true);
  partial('s8', separable('s8.down', 's4.out', 32, 64, 2), 64, 64, 3, true);
  partial('s16', separable('s16.down', 's8.out', 64, 128, 2), 128, 128, 3, true);
  separable('s32.down', 's16.out', 128, 256, 2);
  // Spatial pyramid pooling: three windows of 5 in a row see what windows of 5, 9 and 13 do.
  conv('s32.pool.in', 's32.down.point', 256, 128);
  for (const [name, from] of [
    ['s32.pool5', 's32.pool.in'],
    ['s32.pool9', 's32.pool5'],
    ['s32.pool13', 's32.pool9'],
  ] as const)
    layers.push({ kind: 'maxPool', name, from, window: 5 });
  conv('s32.pool.out', concat('s32.pool', ['s32.pool.in', 's32.pool5', 's32.pool9', 's32.pool13']), 512, 256);
  partial('s32', 's32.pool.out', 256, 256, 1, false);

  const up = (name: string, from: string, like: string): string => {
    layers.push({ kind: 'resize', name, from, like });
    return name;
  };
  conv('side32', 's32.out', 256, 128);
  partial('fuse16', concat('fuse16.in', [up('fuse16.up', 'side32', 's16.out'), 's16.out']), 256, 128, 1, false);
  conv('side16', 'fuse16.out', 128, 64);
  partial('fuse8', concat('fuse8.in', [up('fuse8.up', 'side16', 's8.out'), 's8.out']), 128, 64, 1, false);
  partial('join16', concat('join16.in', [separable('fuse8.down', 'fuse8.out', 64, 64, 2), 'side16']), 128, 128, 1, false);
  partial('join32', concat('join32.in', [separable('join16.down', 'join16.out', 128, 128, 2), 'side32']), 256, 256, 1, false);

  const plain = { normalised: false, activation: 'none' } as const;
  const firstLogit = -Math.log((1 - FIRST_SCORE) / FIRST_SCORE);
  const heads = LEVELS.map(({ stride, channels }, level) => {
    const at = `head${stride}`;
    conv(at, ['fuse8.out', 'join16.out', 'join32.out'][level]!, channels, HEAD_CHANNELS);
    const branch = (name: string): string =>
      separable(`${name}.b`, separable(`${name}.a`, at, HEAD_CHANNELS, HEAD_CHANNELS), HEAD_CHANNELS, HEAD_CHANNELS);
    const logits = conv(`${at}.logits`, branch(`${at}.class`), HEAD_CHANNELS, classes, {
      ...plain,
      firstBias: new Array<number>(classes).fill(firstLogit),
    });
    // A cell is about five strides of the middle level wide.
    const distances = conv(`${at}.distances`, branch(`${at}.box`), HEAD_CHANNELS, 4, {
      ...plain,
      firstBias: new Array<number>(4).fill(Math.log(40 / stride)),
    });
    return { logits, distances, stride };
  });
  return { name: 'yolox-nano', classes, layers, heads, multipleOf: 16, inputScale: 64 };
};
