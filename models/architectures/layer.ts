/** What follows a sum or a normalised convolution: ReLU, or SiLU `x · sigmoid(x)` (Elfwing et al., 2018). */
export type Activation = 'relu' | 'silu' | 'none';

/**
 * A network as a list of layers in the order they are computed. One list serves training, inference and the ONNX export.
 * Feature maps are NHWC; each layer's output goes by the layer's name, the picture by `input`. Edges are padded as TensorFlow's `same`.
 */
export type ConvLayer = {
  readonly kind: 'conv';
  readonly name: string;
  readonly from: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: 1 | 2 | 3 | 5 | 6 | 7;
  readonly stride: 1 | 2;
  /** Points between two of the kernel's, 1 where left out. */
  readonly dilation?: number;
  /** Each channel by a kernel of its own; as many channels come out as went in. */
  readonly depthwise: boolean;
  /** Batch normalisation follows (folded into the kernel when deployed); otherwise a bias is added. */
  readonly normalised: boolean;
  readonly activation: Activation;
  /** Start values of the bias, and small kernels: for layers whose first output must be known. */
  readonly firstBias?: readonly number[];
};

export type AddLayer = {
  readonly kind: 'add';
  readonly name: string;
  readonly from: readonly [string, string];
  readonly activation: Activation;
};

/** Channels of several maps of one size, one after the other. */
export type ConcatLayer = { readonly kind: 'concat'; readonly name: string; readonly from: readonly string[] };

/** Largest value of the `window` × `window` points around each point, or of each block of 2 × 2 at stride 2. */
export type MaxPoolLayer = {
  readonly kind: 'maxPool';
  readonly name: string;
  readonly from: string;
  readonly window: 2 | 3 | 5;
  readonly stride?: 1 | 2;
};

/** Nearest-neighbour resizing to the height and width of the map `like`. */
export type ResizeLayer = { readonly kind: 'resize'; readonly name: string; readonly from: string; readonly like: string };

export type Layer = ConvLayer | AddLayer | ConcatLayer | MaxPoolLayer | ResizeLayer;

/** One level of the head: at each of its points class logits and the distances to the sides of a box. */
export type Head = {
  /** Layer with one logit a class. */
  readonly logits: string;
  /** Layer with the logarithms of the distances left, top, right, bottom of the grid point, in strides. */
  readonly distances: string;
  /** Input pixels between neighbouring grid points. */
  readonly stride: number;
};

/** Any network of layers on a picture. */
export type NetworkDefinition = {
  readonly name: string;
  readonly layers: readonly Layer[];
  /** Height and width of the input are multiples of this. */
  readonly multipleOf: number;
  /** Input pixels `p` (0 to 255) enter as `(255 - p) / inputScale`: empty glass is about 0. */
  readonly inputScale: number;
};

/** An anchor-free detector. */
export type DetectorDefinition = NetworkDefinition & {
  readonly classes: number;
  /** Finest first. */
  readonly heads: readonly Head[];
};

/** A network that says for each point which planes (classes, or parts of a cell) it belongs to. */
export type SegmenterDefinition = NetworkDefinition & {
  readonly planes: number;
  /** Layer with one logit a plane, or with those of `shuffle` × `shuffle` points, row by row, at each of its own. */
  readonly logits: string;
  readonly shuffle: 1 | 2;
  /** Input pixels between neighbouring points of the logits, shuffled. */
  readonly stride: number;
};

/** A network that says of what kind the cell in a picture is, by a map of each class whose largest value is the class' logit. */
export type ClassifierDefinition = NetworkDefinition & {
  readonly classes: number;
  /** Layer with one map a class. */
  readonly maps: string;
  /** Input pixels between neighbouring points of the maps. */
  readonly stride: number;
};

/** The stride of a layer of the trunk, whose features are of use to any picture: `stem` and `s4…` to `s32…`; `undefined` for others. */
export const trunkStride = (layerName: string): number | undefined => {
  const stage = /^(?:stem|s(\d+)\b)/.exec(layerName);
  return stage === null ? undefined : Number(stage[1] ?? 2);
};

/** Logarithms of distances are clamped to this range before `exp`, so that a wild output cannot overflow. */
export const LOG_DISTANCE_RANGE = [-4, 4] as const;
