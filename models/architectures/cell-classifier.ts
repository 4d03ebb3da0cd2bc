import type { ClassifierDefinition } from './layer.ts';
import { yoloxNano } from './yolox-nano.ts';

/** Where the trunk of `yolox-nano` is left, by the architecture's name. */
const ENDS = {
  'yolox-nano-s16': { layer: 's16.out', channels: 128, stride: 16 },
  'yolox-nano-s32': { layer: 's32.out', channels: 256, stride: 32 },
  'yolox-nano-fuse16': { layer: 'fuse16.out', channels: 128, stride: 16 },
  'yolox-nano-fuse8': { layer: 'fuse8.out', channels: 64, stride: 8 },
} as const;

export type ClassifierName = keyof typeof ENDS;

export const CLASSIFIER_NAMES = Object.keys(ENDS) as [ClassifierName, ...ClassifierName[]];

/** Name of the layer that learns from nothing; all others may be taken over from a detector. */
export const CLASS_MAPS = 'kinds.maps';

/**
 * The beginning of a detector, one map a class on it, and the largest value of each map: where it lies is what speaks for the class (Oquab et al., 2015,
 * "Is object localization for free?").
 */
export const classifierNamed = (name: ClassifierName, classes: number): ClassifierDefinition => {
  const { layer, channels, stride } = ENDS[name];
  const { layers, multipleOf, inputScale } = yoloxNano(1);
  const trunk = layers.slice(0, layers.findIndex((one) => one.name === layer) + 1);
  const maps = {
    kind: 'conv',
    name: CLASS_MAPS,
    from: layer,
    inChannels: channels,
    outChannels: classes,
    kernel: 1,
    stride: 1,
    depthwise: false,
    normalised: false,
    activation: 'none',
    firstBias: new Array<number>(classes).fill(0),
  } as const;
  return { name, classes, layers: [...trunk, maps], maps: CLASS_MAPS, stride, multipleOf: Math.max(multipleOf, stride), inputScale };
};
