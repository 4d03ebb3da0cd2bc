import type { ConvLayer, DetectorDefinition, Layer } from './layer.ts';

/** Channels of the maps at strides 2, 4, 8, 16 and 32, and of the fused maps; residual blocks at strides 4 to 32. */
export type SmearNetSize = {
  readonly channels: readonly [number, number, number, number, number];
  readonly blocks: readonly [number, number, number, number];
  readonly fused: readonly [stride4: number, above: number];
  readonly headConvs: number;
};

export const SMEAR_NET_SIZES: Readonly<Record<'small' | 'tiny', SmearNetSize>> = {
  small: { channels: [16, 24, 64, 96, 160], blocks: [1, 1, 1, 1], fused: [40, 56], headConvs: 2 },
  tiny: { channels: [4, 6, 8, 8, 8], blocks: [1, 1, 1, 1], fused: [6, 8], headConvs: 1 },
};

export type SmearNetSizeName = keyof typeof SMEAR_NET_SIZES;

const FIRST_SCORE = 0.01;
/** Half a red cell at the training scale, in strides: 25 px / 4. */
const FIRST_DISTANCE = 25 / 4;

/**
 * The detector's layers: a residual trunk to stride 32 (He et al., 2016), top-down fusion to stride 4 (Lin et al., 2017), and one
 * anchor-free head there (after FCOS, Tian et al., 2019): cells of a smear lie side by side at much the same size, so one fine grid serves all.
 */
export const smearNet = (classes: number, sizeName: SmearNetSizeName = 'small'): DetectorDefinition => {
  const size = SMEAR_NET_SIZES[sizeName];
  const layers: Layer[] = [];
  const conv = (name: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    layers.push({
      kind: 'conv',
      name,
      from,
      inChannels,
      outChannels,
      kernel: 3,
      stride: 1,
      depthwise: false,
      normalised: true,
      activation: 'relu',
      ...options,
    });
    return name;
  };

  const [stemChannels] = size.channels;
  let last = conv('stem', 'input', 3, stemChannels, { stride: 2 });
  let channels = stemChannels;
  const stages = size.blocks.map((blocks, index) => {
    const outChannels = size.channels[index + 1]!;
    const stride = 4 << index;
    last = conv(`s${stride}.down`, last, channels, outChannels, { stride: 2 });
    channels = outChannels;
    for (let block = 0; block < blocks; block++) {
      const name = `s${stride}.block${block}`;
      conv(`${name}.a`, last, channels, channels);
      conv(`${name}.b`, `${name}.a`, channels, channels, { activation: 'none' });
      layers.push({ kind: 'add', name, from: [last, `${name}.b`], activation: 'relu' });
      last = name;
    }
    return { name: last, channels };
  });

  const top = stages[stages.length - 1]!;
  let fused = conv('fuse32', top.name, top.channels, size.fused[1], { kernel: 1 });
  for (let index = stages.length - 2; index >= 0; index--) {
    const stage = stages[index]!;
    const stride = 4 << index;
    const width = size.fused[index === 0 ? 0 : 1];
    // The wider map above is narrowed before it is enlarged: a 1×1 at a quarter of the points.
    const above =
      width === size.fused[1] ? fused : conv(`fuse${stride}.narrow`, fused, size.fused[1], width, { kernel: 1, activation: 'none' });
    conv(`fuse${stride}.side`, stage.name, stage.channels, width, { kernel: 1, activation: 'none' });
    layers.push({ kind: 'resize', name: `fuse${stride}.up`, from: above, like: `fuse${stride}.side` });
    layers.push({ kind: 'add', name: `fuse${stride}.sum`, from: [`fuse${stride}.side`, `fuse${stride}.up`], activation: 'relu' });
    fused = index === 0 ? `fuse${stride}.sum` : conv(`fuse${stride}`, `fuse${stride}.sum`, width, width);
  }

  const headChannels = size.fused[0];
  for (let i = 0; i < size.headConvs; i++) fused = conv(`head${i}`, fused, headChannels, headChannels);
  const plain = { kernel: 1, normalised: false, activation: 'none' } as const;
  const firstLogit = -Math.log((1 - FIRST_SCORE) / FIRST_SCORE);
  conv('logits', fused, headChannels, classes, { ...plain, firstBias: new Array<number>(classes).fill(firstLogit) });
  conv('distances', fused, headChannels, 4, { ...plain, firstBias: new Array<number>(4).fill(Math.log(FIRST_DISTANCE)) });
  return {
    name: `smear-net-${sizeName}`,
    classes,
    layers,
    heads: [{ logits: 'logits', distances: 'distances', stride: 4 }],
    multipleOf: 16,
    inputScale: 64,
  };
};
