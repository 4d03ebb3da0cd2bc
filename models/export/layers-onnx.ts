import type { AddLayer, ConvLayer, NetworkDefinition, ResizeLayer } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { floatConstant, integerConstant, type OnnxNode, type OnnxTensor } from './onnx-file.ts';

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
  if (layer.stride !== 1 || layer.kernel % 2 === 0) return { auto_pad: 'SAME_UPPER' };
  const pad = ((layer.kernel - 1) / 2) * (layer.dilation ?? 1);
  return { pads: [pad, pad, pad, pad] };
};

/** A graph while it is put together; each call names what it makes, and gives the name. */
export type GraphBuilder = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  node(op: string, output: string, inputs: readonly string[], attributes?: OnnxNode['attributes']): string;
  floats(name: string, dims: readonly number[], values: Float32Array | readonly number[]): string;
  integers(name: string, dims: readonly number[], values: readonly number[]): string;
};

export const createGraphBuilder = (): GraphBuilder => {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  return {
    nodes,
    constants,
    node: (op, output, inputs, attributes = {}) => {
      nodes.push({ op, inputs, output, attributes });
      return output;
    },
    floats: (name, dims, values) => {
      constants.push(floatConstant(name, dims, values));
      return name;
    },
    integers: (name, dims, values) => {
      constants.push(integerConstant(name, dims, values));
      return name;
    },
  };
};

/** Channels of each map. */
const channelsOf = ({ layers }: NetworkDefinition): Map<string, number> => {
  const channels = new Map([['input', 3]]);
  for (const layer of layers) {
    const from = (name: string): number => channels.get(name)!;
    if (layer.kind === 'conv') channels.set(layer.name, layer.outChannels);
    else if (layer.kind === 'concat')
      channels.set(
        layer.name,
        layer.from.reduce((sum, name) => sum + from(name), 0),
      );
    else channels.set(layer.name, from(layer.kind === 'add' ? layer.from[0] : layer.from));
  }
  return channels;
};

/** The layers of a network from the picture `pixels` (uint8 `[n, height, width, 3]`) on, in ONNX's order of axes. Normalisation must be folded. */
export const addLayers = ({ node, floats, integers }: GraphBuilder, definition: NetworkDefinition, convs: readonly FoldedConv[]): void => {
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

  const channels = channelsOf(definition);
  /** Makes the shape that a map is resized to. */
  const sizeLike = ({ name, from, like }: ResizeLayer): void => {
    // With as many channels the shape of the one is the wanted shape of the other.
    if (channels.get(from) === channels.get(like)) {
      node('Shape', `${name}.size`, [like]);
      return;
    }
    const part = (of: string, axes: readonly number[]): string =>
      node('Gather', `${name}.${axes.join('')}`, [
        node('Shape', `${name}.of${axes.join('')}`, [of]),
        integers(`${name}.axes${axes.join('')}`, [2], axes),
      ]);
    node('Concat', `${name}.size`, [part(from, [0, 1]), part(like, [2, 3])], { axis: 0 });
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
          ...((layer.dilation ?? 1) > 1 ? { dilations: [layer.dilation!, layer.dilation!] } : {}),
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
        const { window, stride = 1 } = layer;
        const pad = (window - 1) / 2;
        node('MaxPool', layer.name, [layer.from], {
          kernel_shape: [window, window],
          strides: [stride, stride],
          ...(stride === 1 ? { pads: [pad, pad, pad, pad] } : {}),
        });
        break;
      }
      case 'resize':
        sizeLike(layer);
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
};
