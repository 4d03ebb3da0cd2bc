/**
 * A network as a list of layers in the order they are computed. One list serves training, inference and the ONNX export.
 * Feature maps are NHWC; each layer's output goes by the layer's name, the picture by `input`.
 */
export type ConvLayer = {
  readonly kind: 'conv';
  readonly name: string;
  readonly from: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  /** Batch normalisation follows (folded into the kernel when deployed); otherwise a bias is added. */
  readonly normalised: boolean;
  readonly relu: boolean;
  /** Start values of the bias, and small kernels: for layers whose first output must be known. */
  readonly firstBias?: readonly number[];
};

export type AddLayer = { readonly kind: 'add'; readonly name: string; readonly from: readonly [string, string]; readonly relu: boolean };

/** Nearest-neighbour resizing to the height and width of the map `like`. */
export type ResizeLayer = { readonly kind: 'resize'; readonly name: string; readonly from: string; readonly like: string };

export type Layer = ConvLayer | AddLayer | ResizeLayer;

/** An anchor-free detector: every cell of the head's grid gives class logits and the distances to the sides of a box. */
export type DetectorDefinition = {
  readonly name: string;
  readonly classes: number;
  readonly layers: readonly Layer[];
  /** Layer with one logit a class. */
  readonly logits: string;
  /** Layer with the logarithms of the distances left, top, right, bottom of the grid point, in strides. */
  readonly distances: string;
  /** Input pixels between neighbouring grid points. */
  readonly stride: number;
  /** Height and width of the input are multiples of this. */
  readonly multipleOf: number;
  /** Input pixels `p` (0 to 255) enter as `(255 - p) / inputScale`: empty glass is about 0. */
  readonly inputScale: number;
};

/** Logarithms of distances are clamped to this range before `exp`, so that a wild output cannot overflow. */
export const LOG_DISTANCE_RANGE = [-4, 4] as const;
