import type { SegmenterDefinition } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { addLayers, createGraphBuilder, type GraphBuilder } from './layers-onnx.ts';
import type { OnnxGraph, OnnxValue } from './onnx-file.ts';

/** The layers of a network that tell what is drawn. */
export type MaskOutput = Pick<SegmenterDefinition, 'logits' | 'planes' | 'shuffle'>;

/** Adds `masks` float32 `[n, rows, columns, planes]`, 0 to 1, and gives its declaration. */
export const addMasks = ({ node }: GraphBuilder, { logits, shuffle, planes }: MaskOutput): OnnxValue => {
  const points = shuffle === 1 ? logits : node('DepthToSpace', 'masks.points', [logits], { blocksize: shuffle });
  node('Transpose', 'masks', [node('Sigmoid', 'masks.share', [points])], { perm: [0, 2, 3, 1] });
  return { name: 'masks', type: 'float', shape: ['n', 'rows', 'columns', planes] };
};

/** A segmenter as an ONNX graph: `pixels` uint8 `[n, height, width, 3]` in, `masks` out; n, height and width are free. Normalisation must be folded. */
export const segmenterOnnx = (definition: SegmenterDefinition, convs: readonly FoldedConv[]): OnnxGraph => {
  const builder = createGraphBuilder();
  addLayers(builder, definition, convs);
  const masks = addMasks(builder, definition);
  return {
    name: definition.name,
    nodes: builder.nodes,
    constants: builder.constants,
    inputs: [{ name: 'pixels', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
    outputs: [masks],
  };
};
