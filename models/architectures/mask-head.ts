import type { ConvLayer, Layer, SegmenterDefinition } from './layer.ts';
import { yoloxNano } from './yolox-nano.ts';

const WIDE = 32;
const FINE = 16;
/** Cells cover about a third of a field. */
const FIRST_SHARE = 0.3;

/** Layers of the detector that the masks grow from; what comes after them only the boxes need. */
const LAST_SHARED = 'fuse8.out';

/**
 * The branch that draws cells, on the maps of `yolox-nano` at strides 8, 4 and 2, which it leaves as they are: boxes are the same with and without it. Every
 * point at stride 2 gets one logit a plane (whole cell, nucleus).
 */
export const maskHead = (planes: number): { readonly layers: readonly Layer[]; readonly logits: string; readonly stride: number } => {
  const layers: Layer[] = [];
  const conv = (name: string, from: string, inChannels: number, outChannels: number, options: Partial<ConvLayer> = {}): string => {
    const normal = { kernel: 1, stride: 1, depthwise: false, normalised: true, activation: 'silu' } as const;
    layers.push({ kind: 'conv', name, from, inChannels, outChannels, ...normal, ...options });
    return name;
  };
  const separable = (name: string, from: string, channels: number): string => {
    conv(`${name}.depth`, from, channels, channels, { kernel: 3, depthwise: true });
    return conv(`${name}.point`, `${name}.depth`, channels, channels);
  };
  const join = (name: string, from: string, skip: string): string => {
    layers.push({ kind: 'resize', name: `${name}.grow`, from, like: skip });
    layers.push({ kind: 'concat', name: `${name}.both`, from: [`${name}.grow`, skip] });
    return `${name}.both`;
  };
  const wide = conv('mask4.in', join('mask4', LAST_SHARED, 's4.out'), 64 + 32, WIDE);
  const coarse = separable('mask4.b', separable('mask4.a', wide, WIDE), WIDE);
  const narrow = conv('mask2.reduce', coarse, WIDE, FINE);
  const fine = separable('mask2.a', conv('mask2.in', join('mask2', narrow, 'stem'), FINE + 16, FINE), FINE);
  const logits = conv('mask.logits', fine, FINE, planes, {
    normalised: false,
    activation: 'none',
    firstBias: new Array<number>(planes).fill(-Math.log((1 - FIRST_SHARE) / FIRST_SHARE)),
  });
  return { layers, logits, stride: 2 };
};

/** The detector's layers up to where masks begin, and the masks: what is trained, the detector's part held still. */
export const maskedYoloxNano = (planes: number): SegmenterDefinition => {
  const { layers, multipleOf, inputScale } = yoloxNano(1);
  const shared = layers.slice(0, layers.findIndex(({ name }) => name === LAST_SHARED) + 1);
  const head = maskHead(planes);
  return { name: 'yolox-nano-masks', planes, ...head, layers: [...shared, ...head.layers], multipleOf, inputScale };
};
