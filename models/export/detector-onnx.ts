import type { AddLayer, ConvLayer, DetectorDefinition } from '../architectures/layer.ts';
import { LOG_DISTANCE_RANGE } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { floatConstant, integerConstant, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx-file.ts';

/** HWIO, as TensorFlow keeps kernels, to OIHW, as ONNX does; a depthwise kernel has one input channel for each output. */
const toOihw = ({ kernel: side, inChannels, outChannels, depthwise }: ConvLayer, kernel: Float32Array): Float32Array => {
  const turned = new Float32Array(kernel.length);
  const area = side * side;
  if (depthwise) {
    for (let at = 0; at < area; at++)
      for (let channel = 0; channel < inChannels; channel++) turned[channel * area + at] = kernel[at * inChannels + channel]!;
    return turned;
  }
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

  const activated = ({ name, activation }: ConvLayer | AddLayer, linear: (output: string) => string): void => {
    if (activation === 'none') {
      linear(name);
      return;
    }
    const before = linear(`${name}.linear`);
    if (activation === 'relu') node('Relu', name, [before]);
    else node('Mul', name, [before, node('Sigmoid', `${name}.gate`, [before])]);
  };

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
          floats(`${layer.name}.kernel`, [layer.outChannels, layer.depthwise ? 1 : layer.inChannels, layer.kernel, layer.kernel], values),
          floats(`${layer.name}.bias`, [layer.outChannels], bias),
        ];
        const attributes = {
          kernel_shape: [layer.kernel, layer.kernel],
          strides: [layer.stride, layer.stride],
          ...(layer.depthwise ? { group: layer.inChannels } : {}),
          ...padding(layer),
        };
        activated(layer, (output) => node('Conv', output, inputs, attributes));
        break;
      }
      case 'add':
        activated(layer, (output) => node('Add', output, layer.from));
        break;
      case 'concat':
        node('Concat', layer.name, layer.from, { axis: 1 });
        break;
      case 'maxPool': {
        const pad = (layer.window - 1) / 2;
        node('MaxPool', layer.name, [layer.from], {
          kernel_shape: [layer.window, layer.window],
          strides: [1, 1],
          pads: [pad, pad, pad, pad],
        });
        break;
      }
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

  const { classes } = definition;
  const [low, high] = LOG_DISTANCE_RANGE;
  const reachLow = floats('reach.low', [], [low]);
  const reachHigh = floats('reach.high', [], [high]);
  const scoresShape = integers('scores.shape', [3], [0, -1, classes]);
  const reachShape = integers('reach.shape', [3], [0, -1, 4]);
  const rowsAxis = integers('rows.axis', [], [2]);
  const columnsAxis = integers('columns.axis', [], [3]);
  const zero = integers('zero', [], [0]);
  const one = integers('one', [], [1]);
  const last = integers('last.axis', [1], [1]);
  const levels = definition.heads.map(({ logits, distances, stride }) => {
    const at = `s${stride}`;
    node('Transpose', `${at}.scores.rows`, [logits], { perm: [0, 2, 3, 1] });
    node('Reshape', `${at}.scores.list`, [`${at}.scores.rows`, scoresShape]);

    node('Clip', `${at}.reach.log`, [distances, reachLow, reachHigh]);
    node('Exp', `${at}.reach`, [`${at}.reach.log`]);
    node('Transpose', `${at}.reach.rows`, [`${at}.reach`], { perm: [0, 2, 3, 1] });
    node('Reshape', `${at}.reach.list`, [`${at}.reach.rows`, reachShape]);
    node('Mul', `${at}.reach.signed`, [`${at}.reach.list`, floats(`${at}.sides`, [4], [-stride, -stride, stride, stride])]);

    // Centres of the level's points, from the size of its map: point = row · columns + column.
    node('Shape', `${at}.shape`, [logits]);
    node('Gather', `${at}.rows`, [`${at}.shape`, rowsAxis]);
    node('Gather', `${at}.columns`, [`${at}.shape`, columnsAxis]);
    node('Mul', `${at}.points`, [`${at}.rows`, `${at}.columns`]);
    node('Range', `${at}.point`, [zero, `${at}.points`, one]);
    node('Div', `${at}.point.row`, [`${at}.point`, `${at}.columns`]);
    node('Mul', `${at}.point.rowStart`, [`${at}.point.row`, `${at}.columns`]);
    node('Sub', `${at}.point.column`, [`${at}.point`, `${at}.point.rowStart`]);
    node('Cast', `${at}.point.x`, [`${at}.point.column`], { to: 1 });
    node('Cast', `${at}.point.y`, [`${at}.point.row`], { to: 1 });
    node('Unsqueeze', `${at}.point.xs`, [`${at}.point.x`, last]);
    node('Unsqueeze', `${at}.point.ys`, [`${at}.point.y`, last]);
    const sides = [`${at}.point.xs`, `${at}.point.ys`, `${at}.point.xs`, `${at}.point.ys`];
    node('Concat', `${at}.point.sides`, sides, { axis: 1 });
    node('Mul', `${at}.point.corner`, [`${at}.point.sides`, floats(`${at}.stride`, [], [stride])]);
    node('Add', `${at}.point.centre`, [`${at}.point.corner`, floats(`${at}.halfStride`, [], [stride / 2])]);
    node('Add', `${at}.boxes`, [`${at}.reach.signed`, `${at}.point.centre`]);
    return { boxes: `${at}.boxes`, scores: `${at}.scores.list` };
  });
  // A Concat of one level copies nothing the runtime does not take out.
  node(
    'Concat',
    'boxes',
    levels.map((level) => level.boxes),
    { axis: 1 },
  );
  node(
    'Concat',
    'logits.list',
    levels.map((level) => level.scores),
    { axis: 1 },
  );
  node('Sigmoid', 'scores', ['logits.list']);

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
