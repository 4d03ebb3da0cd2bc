import type { ClassifierDefinition, ConvLayer, Layer } from './layer.ts';
import { yoloxNano } from './yolox-nano.ts';

/** Where the trunk of `yolox-nano` is left, by the architecture's name. */
const ENDS = {
  'yolox-nano-s16': { layer: 's16.out', channels: 128, stride: 16 },
  'yolox-nano-s32': { layer: 's32.out', channels: 256, stride: 32 },
  'yolox-nano-fuse16': { layer: 'fuse16.out', channels: 128, stride: 16 },
  'yolox-nano-fuse8': { layer: 'fuse8.out', channels: 64, stride: 8 },
} as const;

export const CLASSIFIER_NAMES = [
  'yolox-nano-joined',
  'yolox-nano-s16',
  'yolox-nano-s32',
  'yolox-nano-fuse16',
  'yolox-nano-fuse8',
  'cell-net-tiny',
] as const;

export type ClassifierName = (typeof CLASSIFIER_NAMES)[number];

/** Layers that begin at random; all others may be taken over from a detector. */
export const OWN_LAYERS = 'kinds.';
const KIND_MAPS = `${OWN_LAYERS}maps`;

const TINY_CHANNELS = [3, 8, 16, 16] as const;

/** Three convolutions: for checks, and a start for other trunks. */
const tinyTrunk = (): Layer[] =>
  TINY_CHANNELS.slice(1).map(
    (outChannels, at): ConvLayer => ({
      kind: 'conv',
      name: `s${2 ** (at + 1)}.out`,
      from: at === 0 ? 'input' : `s${2 ** at}.out`,
      inChannels: TINY_CHANNELS[at]!,
      outChannels,
      ...{ kernel: 3, stride: 2, depthwise: false, normalised: true, activation: 'silu' },
    }),
  );

/**
 * The trunk's maps at strides 8, 16 and 32 side by side at stride 16 (`kinds.both`), mixed into 64 channels: fine grains and the whole cell's form speak together,
 * and the trunk may stay as it is.
 */
const joinedTrunk = (): Trunk => {
  const { layers } = yoloxNano(1);
  const trunk = layers.slice(0, layers.findIndex(({ name }) => name === 'side32') + 1);
  const both = `${OWN_LAYERS}both`;
  const mix: ConvLayer = {
    ...{ kind: 'conv', name: `${OWN_LAYERS}mix`, from: both, inChannels: 64 + 128 + 128, outChannels: 64 },
    ...{ kernel: 1, stride: 1, depthwise: false, normalised: true, activation: 'silu' },
  };
  const own: Layer[] = [
    { kind: 'maxPool', name: `${OWN_LAYERS}fine`, from: 's8.out', window: 2, stride: 2 },
    { kind: 'resize', name: `${OWN_LAYERS}coarse`, from: 'side32', like: 's16.out' },
    { kind: 'concat', name: both, from: [`${OWN_LAYERS}fine`, 's16.out', `${OWN_LAYERS}coarse`] },
    mix,
  ];
  return { layers: [...trunk, ...own], layer: mix.name, channels: 64, stride: 16 };
};

type Trunk = { readonly layers: readonly Layer[]; readonly layer: string; readonly channels: number; readonly stride: number };

const trunkOf = (name: ClassifierName): Trunk => {
  if (name === 'cell-net-tiny') return { layers: tinyTrunk(), layer: 's8.out', channels: TINY_CHANNELS[3], stride: 8 };
  if (name === 'yolox-nano-joined') return joinedTrunk();
  const { layers } = yoloxNano(1);
  const end = ENDS[name];
  return { ...end, layers: layers.slice(0, layers.findIndex((one) => one.name === end.layer) + 1) };
};

/**
 * The beginning of a detector, one map a kind on it, and the largest value of each map: where it lies is what speaks for the kind (Oquab et al., 2015,
 * "Is object localization for free?").
 */
export const classifierNamed = (name: ClassifierName, classes: number): ClassifierDefinition => {
  const { layers, layer, channels, stride } = trunkOf(name);
  const maps: ConvLayer = {
    kind: 'conv',
    name: KIND_MAPS,
    from: layer,
    inChannels: channels,
    outChannels: classes,
    ...{ kernel: 1, stride: 1, depthwise: false, normalised: false, activation: 'none' },
    firstBias: new Array<number>(classes).fill(0),
  };
  return { name, classes, layers: [...layers, maps], maps: KIND_MAPS, stride, multipleOf: 32, inputScale: 64 };
};
