import type { ConvLayer, DetectorDefinition } from '../architectures/layer.ts';
import { LOG_DISTANCE_RANGE } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { floatConstant, integerConstant, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx-file.ts';

/** HWIO, as TensorFlow keeps kernels, to OIHW, as ONNX does. */
const toOihw = ({ kernel: side, inChannels, outChannels }: ConvLayer, kernel: Float32Array): Float32Array => {
  const turned = new Float32Array(kernel.length);
  const area = side * side;
  for (let at = 0; at < area; at++)
    for (let input = 0; input < inChannels; input++)
      for (let output = 0; output < outChannels; output++)
        turned[(output * inChannels + input) * area + at] = kernel[(at * inChannels + input) * outChannels + output]!;
  return turned;
};

/** Same padding as TensorFlow's; spelt out where it does not depend on the size, which lets the runtime choose its fast layouts. */
const padding = (layer: ConvLayer): OnnxNode['attributes'] => {
  if (layer.kernel === 1) return { pads: [0, 0, 0, 0] };
  return layer.stride === 1 ? { pads: [1, 1, 1, 1] } : { auto_pad: 'SAME_UPPER' };
};

/**
 * The deployed detector as an ONNX graph: `pixels` uint8 `[n, height, width, 3]` in, `boxes` `[n, p, 4]` in input pixels and `scores`
 * `[n, p, classes]` out; n, height and width are free. Normalisation must be folded.
 */
export const detectorOnnx = (definition: DetectorDefinition, convs: readonly FoldedConv[]): OnnxGraph => {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const node = (op: string, output: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string => {
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  const floats = (name: string, dims: readonly number[], values: Float32Array | readonly number[]): string => {
    constants.push(floatConstant(name, dims, values));
    return name;
  };
  const integers = (name: string, dims: readonly number[], values: readonly number[]): string => {
    constants.push(integerConstant(name, dims, values));
    return name;
  };

  node('Cast', 'pixels.float', ['pixels'], { to: 1 });
  node('Sub', 'pixels.dark', [floats('white', [], [255]), 'pixels.float']);
  node('Transpose', 'input', ['pixels.dark'], { perm: [0, 3, 1, 2] });

  const folded = new Map(convs.map((conv) => [conv.layer.name, conv]));
  for (const layer of definition.layers) {
    switch (layer.kind) {
      case 'conv': {
        const { kernel, bias } = folded.get(layer.name)!;
        const turned = toOihw(layer, kernel);
        // The input's scale goes into the first kernels: nothing to multiply at full size.
        const values = layer.from === 'input' ? turned.map((value) => value / definition.inputScale) : turned;
        const inputs = [
          layer.from,
          floats(`${layer.name}.kernel`, [layer.outChannels, layer.inChannels, layer.kernel, layer.kernel], values),
          floats(`${layer.name}.bias`, [layer.outChannels], bias),
        ];
        const attributes = { kernel_shape: [layer.kernel, layer.kernel], strides: [layer.stride, layer.stride], ...padding(layer) };
        node('Conv', layer.relu ? `${layer.name}.linear` : layer.name, inputs, attributes);
        if (layer.relu) node('Relu', layer.name, [`${layer.name}.linear`]);
        break;
      }
      case 'add':
        node('Add', layer.relu ? `${layer.name}.linear` : layer.name, layer.from);
        if (layer.relu) node('Relu', layer.name, [`${layer.name}.linear`]);
        break;
      case 'resize':
        // Both maps have the same n and channels, so the shape of the one is the wanted shape of the other.
        node('Shape', `${layer.name}.size`, [layer.like]);
        node('Resize', layer.name, [layer.from, '', '', `${layer.name}.size`], {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        });
        break;
      default:
        layer satisfies never;
    }
  }

  const { stride, classes } = definition;
  node('Transpose', 'scores.rows', [definition.logits], { perm: [0, 2, 3, 1] });
  node('Reshape', 'scores.list', ['scores.rows', integers('scores.shape', [3], [0, -1, classes])]);
  node('Sigmoid', 'scores', ['scores.list']);

  const [low, high] = LOG_DISTANCE_RANGE;
  node('Clip', 'reach.log', [definition.distances, floats('reach.low', [], [low]), floats('reach.high', [], [high])]);
  node('Exp', 'reach', ['reach.log']);
  node('Transpose', 'reach.rows', ['reach'], { perm: [0, 2, 3, 1] });
  node('Reshape', 'reach.list', ['reach.rows', integers('reach.shape', [3], [0, -1, 4])]);
  node('Mul', 'reach.signed', ['reach.list', floats('sides', [4], [-stride, -stride, stride, stride])]);

  // Centres of the grid's points, from the size of the head's map: point = row · columns + column.
  node('Shape', 'grid.shape', [definition.logits]);
  node('Gather', 'grid.rows', ['grid.shape', integers('rows.axis', [], [2])]);
  node('Gather', 'grid.columns', ['grid.shape', integers('columns.axis', [], [3])]);
  node('Mul', 'grid.points', ['grid.rows', 'grid.columns']);
  node('Range', 'point', [integers('zero', [], [0]), 'grid.points', integers('one', [], [1])]);
  node('Div', 'point.row', ['point', 'grid.columns']);
  node('Mul', 'point.rowStart', ['point.row', 'grid.columns']);
  node('Sub', 'point.column', ['point', 'point.rowStart']);
  node('Cast', 'point.x', ['point.column'], { to: 1 });
  node('Cast', 'point.y', ['point.row'], { to: 1 });
  const last = integers('last.axis', [1], [1]);
  node('Unsqueeze', 'point.xs', ['point.x', last]);
  node('Unsqueeze', 'point.ys', ['point.y', last]);
  node('Concat', 'point.sides', ['point.xs', 'point.ys', 'point.xs', 'point.ys'], { axis: 1 });
  node('Mul', 'point.corner', ['point.sides', floats('stride', [], [stride])]);
  node('Add', 'point.centre', ['point.corner', floats('halfStride', [], [stride / 2])]);
  node('Add', 'boxes', ['reach.signed', 'point.centre']);

  return {
    name: definition.name,
    nodes,
    constants,
    inputs: [{ name: 'pixels', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
    outputs: [
      { name: 'boxes', type: 'float', shape: ['n', 'points', 4] },
      { name: 'scores', type: 'float', shape: ['n', 'points', classes] },
    ],
  };
};
