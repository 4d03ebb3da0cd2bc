import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { GraphNode } from './read-onnx-graph.ts';
import {
  dimsOf,
  input,
  listAttribute,
  numberAttribute,
  numbersAt,
  type Operator,
  type Step,
  spatialOf,
  spatialValue,
  tensorOf,
  textAttribute,
} from './value.ts';

/** Rows and columns added around a map. */
type Padding = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

const pair = (node: GraphNode, name: string): [number, number] => {
  const [rows, columns] = listAttribute(node, name) ?? [1, 1];
  return [rows!, columns!];
};

const sameAround = (length: number, kernel: number, stride: number): readonly [before: number, after: number] => {
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + kernel - length);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
};

const paddingOf = (node: GraphNode, map: Tensor4D, kernel: readonly [number, number], strides: readonly [number, number]): Padding => {
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  if (numberAttribute(node, 'ceil_mode', 0) === 1) throw new Error(`${node.op} "${node.name}" rounds sizes up`);
  if (auto === 'SAME_UPPER') {
    const [top, bottom] = sameAround(map.shape[1], kernel[0], strides[0]);
    const [left, right] = sameAround(map.shape[2], kernel[1], strides[1]);
    return { top, left, bottom, right };
  }
  if (auto !== 'NOTSET' && auto !== 'VALID') throw new Error(`${node.op} "${node.name}" pads by ${auto}`);
  const [top = 0, left = 0, bottom = 0, right = 0] = auto === 'VALID' ? [] : (listAttribute(node, 'pads') ?? []);
  return { top, left, bottom, right };
};

const padded = ({ tf }: Step, map: Tensor4D, { top, left, bottom, right }: Padding, fill: number): Tensor4D =>
  top + left + bottom + right === 0
    ? map
    : tf.pad(
        map,
        [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        fill,
      );

/** Padding as the backend's own operations take it: `same` where it is that, which is the fast case everywhere. */
const ownPadding = (map: Tensor4D, kernel: readonly [number, number], strides: readonly [number, number], padding: Padding) => {
  const { top, left, bottom, right } = padding;
  if (top + left + bottom + right === 0) return 'valid' as const;
  const rows = sameAround(map.shape[1], kernel[0], strides[0]);
  const columns = sameAround(map.shape[2], kernel[1], strides[1]);
  return top === rows[0] && bottom === rows[1] && left === columns[0] && right === columns[1] ? ('same' as const) : undefined;
};

/** Convolution: of all channels, of each by itself, or of groups; kernels OIHW. */
export const convolution: Operator = (step) => {
  const { tf, node } = step;
  const [outChannels, perGroup, height, width] = dimsOf(input(step, 1)) as [number, number, number, number];
  const kernel = [height, width] as const;
  const strides = pair(node, 'strides');
  const dilations = pair(node, 'dilations');
  const group = numberAttribute(node, 'group', 1);
  const from = spatialOf(step, input(step, 0));
  const reach = kernel.map((side, axis) => (side - 1) * dilations[axis]! + 1) as [number, number];
  const padding = paddingOf(node, from, reach, strides);
  const own = ownPadding(from, reach, strides, padding);
  const map = own === undefined ? padded(step, from, padding, 0) : from;
  const pad = own ?? 'valid';
  const bias = step.inputs[2] === undefined ? undefined : tensorOf(step, step.inputs[2]);
  const given = input(step, 1);
  const filter = (turn: (weights: Tensor4D) => Tensor): Tensor4D => {
    const made = (): Tensor => turn(tensorOf(step, given) as Tensor4D);
    return (given.kind === 'host' ? step.keep(`${node.outputs[0]}/filter`, made) : made()) as Tensor4D;
  };
  let sum: Tensor;
  if (perGroup === 1 && group > 1) {
    // [in · multiplier, 1, h, w] → [h, w, in, multiplier]
    const each = filter((weights) => tf.reshape(tf.transpose(weights, [2, 3, 0, 1]), [height, width, group, outChannels / group]));
    sum = tf.depthwiseConv2d(map, each, strides, pad, 'NHWC', dilations);
  } else {
    const all = filter((weights) => tf.transpose(weights, [2, 3, 1, 0]));
    const ofAll = (part: Tensor4D, kernels: Tensor4D): Tensor4D => tf.conv2d(part, kernels, strides, pad, 'NHWC', dilations);
    const filters: readonly Tensor4D[] = group === 1 ? [all] : tf.split(all, group, 3);
    const parts: readonly Tensor[] = group === 1 ? [map] : tf.split(map, group, 3);
    const sums = parts.map((part, at) => ofAll(part as Tensor4D, filters[at]!));
    sum = tf.concat(sums, 3);
  }
  return spatialValue(bias === undefined ? sum : tf.add(sum, bias));
};

/** Lower than any value of a network: what a window's largest value never is. */
const LOWEST = -3e38;

export const maxPool: Operator = (step) => {
  const { tf, node } = step;
  const kernel = pair(node, 'kernel_shape');
  const strides = pair(node, 'strides');
  const from = spatialOf(step, input(step, 0));
  const padding = paddingOf(node, from, kernel, strides);
  const own = ownPadding(from, kernel, strides, padding);
  return spatialValue(tf.maxPool(own === undefined ? padded(step, from, padding, LOWEST) : from, kernel, strides, own ?? 'valid'));
};

export const averagePool: Operator = (step) => {
  const { tf, node } = step;
  const kernel = pair(node, 'kernel_shape');
  const strides = pair(node, 'strides');
  const from = spatialOf(step, input(step, 0));
  const padding = paddingOf(node, from, kernel, strides);
  const countsPadding = numberAttribute(node, 'count_include_pad', 0) === 1;
  const own = countsPadding ? undefined : ownPadding(from, kernel, strides, padding);
  if (own === undefined && !countsPadding) throw new Error(`AveragePool "${node.name}" pads unevenly`);
  return spatialValue(tf.avgPool(own === undefined ? padded(step, from, padding, 0) : from, kernel, strides, own ?? 'valid'));
};

/** Channels laid out as squares of points (sub-pixel convolution). */
export const depthToSpace: Operator = (step) => {
  const { tf, node } = step;
  if (textAttribute(node, 'mode', 'DCR') !== 'DCR') throw new Error(`DepthToSpace "${node.name}" takes its points channel by channel`);
  return spatialValue(tf.depthToSpace(spatialOf(step, input(step, 0)), numberAttribute(node, 'blocksize', 1), 'NHWC'));
};

/** Enlarging by nearest neighbour, or linear by pixel centres. */
export const resize: Operator = (step) => {
  const { tf, node, inputs } = step;
  const from = spatialOf(step, input(step, 0));
  const [, height, width] = from.shape;
  // Upsample (opset 9) has its scales in place of the region of interest.
  const scales = numbersAt(step, inputs.length === 2 ? 1 : 2) ?? listAttribute(node, 'scales');
  const sizes = numbersAt(step, 3) ?? [0, 0, Math.floor(height * (scales?.[2] ?? 1)), Math.floor(width * (scales?.[3] ?? 1))];
  const [rows, columns] = [sizes[2]!, sizes[3]!];
  const mode = textAttribute(node, 'mode', 'nearest');
  const centres = textAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  if (mode === 'nearest') {
    const whole = rows % height === 0 && columns % width === 0;
    // Enlarged by a whole factor every rule of rounding gives the same.
    if (!whole && !(centres === 'asymmetric' && textAttribute(node, 'nearest_mode', 'floor') === 'floor'))
      throw new Error(`Resize "${node.name}" rounds by ${centres}`);
    return spatialValue(tf.image.resizeNearestNeighbor(from, [rows, columns]));
  }
  if (mode !== 'linear' || !['half_pixel', 'align_corners', 'asymmetric'].includes(centres))
    throw new Error(`Resize "${node.name}" is ${mode} by ${centres}`);
  return spatialValue(tf.image.resizeBilinear(from, [rows, columns], centres === 'align_corners', centres === 'half_pixel'));
};
