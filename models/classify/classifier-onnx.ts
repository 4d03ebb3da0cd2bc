import type { ClassifierDefinition } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { addLayers, createGraphBuilder } from '../export/layers-onnx.ts';
import type { OnnxGraph } from '../export/onnx-file.ts';

/**
 * The deployed classifier as an ONNX graph: `pixels` uint8 `[n, height, width, 3]` in, `scores` `[n, kinds]`, which add up to 1, and `maps`
 * `[n, rows, columns, kinds]` out, the scores' logits being the largest values of the maps. Normalisation must be folded.
 */
export const classifierOnnx = (definition: ClassifierDefinition, convs: readonly FoldedConv[]): OnnxGraph => {
  const builder = createGraphBuilder();
  const { node, nodes, constants } = builder;
  addLayers(builder, definition, convs);
  node('Transpose', 'maps', [definition.maps], { perm: [0, 2, 3, 1] });
  node('ReduceMax', 'logits', [definition.maps], { axes: [2, 3], keepdims: 0 });
  node('Softmax', 'scores', ['logits'], { axis: 1 });
  return {
    name: definition.name,
    nodes,
    constants,
    inputs: [{ name: 'pixels', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
    outputs: [
      { name: 'scores', type: 'float', shape: ['n', definition.classes] },
      { name: 'maps', type: 'float', shape: ['n', 'rows', 'columns', definition.classes] },
    ],
  };
};
