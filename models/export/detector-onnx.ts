import type { DetectorDefinition } from '../architectures/layer.ts';
import { LOG_DISTANCE_RANGE } from '../architectures/layer.ts';
import type { FoldedConv } from '../architectures/parameters.ts';
import { addLayers, createGraphBuilder } from './layers-onnx.ts';
import { addMasks, type MaskOutput } from './masks-onnx.ts';
import type { OnnxGraph } from './onnx-file.ts';

/**
 * The deployed detector as an ONNX graph: `pixels` uint8 `[n, height, width, 3]` in, `boxes` `[n, p, 4]` in input pixels and `scores`
 * `[n, p, classes]` out; n, height and width are free. With masks, whose layers come after the detector's, `masks` `[n, rows, columns, planes]` as well,
 * 0 to 1. Normalisation must be folded.
 */
export const detectorOnnx = (definition: DetectorDefinition, convs: readonly FoldedConv[], masks?: MaskOutput): OnnxGraph => {
  const builder = createGraphBuilder();
  const { node, floats, integers, nodes, constants } = builder;
  addLayers(builder, definition, convs);

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
  const drawn = masks === undefined ? [] : [addMasks(builder, masks)];

  return {
    name: definition.name,
    nodes,
    constants,
    inputs: [{ name: 'pixels', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
    outputs: [
      { name: 'boxes', type: 'float', shape: ['n', 'points', 4] },
      { name: 'scores', type: 'float', shape: ['n', 'points', classes] },
      ...drawn,
    ],
  };
};
