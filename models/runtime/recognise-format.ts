import type { ForeignCard, OutputLayout } from '../../domain/foreign-card.ts';
import type { DetectorFormat, FloatPixels } from './detector-format.ts';
import type { GraphValue, NetworkGraph } from './graph/read-onnx-graph.ts';
import { gridPoints } from './output-decoder.ts';

/** Layers of detectors that halve the picture to stride 32 take multiples of it. */
const FREE_MULTIPLE = 32;
const FREE_TILE_PX = 640;

const PIXELS: Readonly<Record<Exclude<OutputLayout, 'smearscope'>, FloatPixels>> = {
  yolox: { order: 'BGR', divisor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] },
  yolov5: { order: 'RGB', divisor: 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
  yolov8: { order: 'RGB', divisor: 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
  'rt-detr': { order: 'RGB', divisor: 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
};

const shapeText = ({ name, shape }: GraphValue): string => `"${name}" [${shape.map((length) => length ?? 'n').join(', ')}]`;

/** Which layout outputs of these shapes have for so many classes; `undefined` where they have none of them. */
const layoutOf = (
  graph: NetworkGraph,
  classes: number,
  sizePx: { readonly widthPx: number; readonly heightPx: number },
): OutputLayout | undefined => {
  const { inputs, outputs } = graph;
  if (inputs[0]?.type === 'uint8' && ['boxes', 'scores'].every((name) => outputs.some((output) => output.name === name)))
    return 'smearscope';
  const ranked = outputs.filter(({ shape, type }) => shape.length === 3 && type === 'float');
  if (ranked.length === 2) {
    const widths = ranked.map(({ shape }) => shape[2]);
    return widths.includes(4) && widths.includes(classes) ? 'rt-detr' : undefined;
  }
  const shape = ranked.length === 1 ? ranked[0]!.shape : undefined;
  if (shape === undefined) return undefined;
  const [, rows, width] = shape;
  if (width === 5 + classes) return rows === 3 * gridPoints(sizePx) ? 'yolov5' : 'yolox';
  if (rows === 4 + classes && width !== 4 + classes) return 'yolov8';
  return width === 4 + classes ? 'rt-detr' : undefined;
};

/** Names of the outputs with boxes and scores: where classes are four as well, the names tell them apart, or else boxes come first. */
const outputsOf = ({ outputs }: NetworkGraph, layout: OutputLayout, classes: number): DetectorFormat['outputs'] => {
  const ranked = outputs.filter(({ shape }) => shape.length === 3);
  if (layout === 'smearscope') return ['boxes', 'scores'];
  if (layout !== 'rt-detr' || ranked.length !== 2) return [ranked[0]!.name];
  const [first, second] = ranked as [GraphValue, GraphValue];
  const swapped = classes === 4 ? /box/i.test(second.name) && !/box/i.test(first.name) : first.shape[2] !== 4 && second.shape[2] === 4;
  return swapped ? [second.name, first.name] : [first.name, second.name];
};

/** How a foreign network is served. */
export type Recognised = { readonly format: DetectorFormat; readonly multipleOf: number; readonly tilePx: number };

/**
 * Recognises how a network takes pixels and gives boxes, from its shapes and what its card declares; says in words what stands against it.
 * Yolo layouts are told apart by the lengths of one output, RT-DETR's by its two, or by one of `4 + classes` for each query.
 */
export const recogniseFormat = (graph: NetworkGraph, card: ForeignCard): Recognised | string => {
  const [input, ...more] = graph.inputs;
  if (input === undefined || more.length > 0) return `the network has ${graph.inputs.length} inputs in place of one`;
  if (input.shape.length !== 4) return `the input ${shapeText(input)} is no list of pictures`;
  const bytes = input.type === 'uint8';
  if (!bytes && input.type !== 'float') return `the input ${shapeText(input)} is neither float32 nor uint8`;
  const [count, channels, heightPx, widthPx] = bytes ? [input.shape[0], input.shape[3], input.shape[1], input.shape[2]] : input.shape;
  if (channels !== undefined && channels !== 3) return `the input ${shapeText(input)} has ${channels} channels in place of 3`;
  const [free] = [heightPx, widthPx].filter((length) => length !== undefined);
  if ((heightPx === undefined) !== (widthPx === undefined)) return `the input ${shapeText(input)} fixes one side only (${free})`;
  const fixed = heightPx === undefined || widthPx === undefined ? undefined : { widthPx, heightPx };
  const classes = card.classes.length;
  const tilePx = fixed === undefined ? (card.tilePx ?? FREE_TILE_PX) : Math.min(fixed.widthPx, fixed.heightPx);
  const layout = card.layout ?? layoutOf(graph, classes, fixed ?? { widthPx: tilePx, heightPx: tilePx });
  const given = graph.outputs.map(shapeText).join(', ');
  if (layout === undefined) return `outputs ${given} are of no known layout for ${classes} classes (declare layout, or check the classes)`;
  if ((layout === 'smearscope') !== bytes) return `the layout ${layout} takes ${layout === 'smearscope' ? 'uint8' : 'float32'}`;
  if (graph.outputs.every(({ shape }) => shape.length !== 3)) return `outputs ${given} are of no known layout (layout ${layout})`;
  const pixels = layout === 'smearscope' ? 'bytes' : { ...PIXELS[layout], ...defined(card.pixels ?? {}) };
  return {
    format: {
      layout,
      pixels,
      batched: count === undefined,
      outputs: outputsOf(graph, layout, classes),
      ...(fixed === undefined ? {} : { fixed }),
      ...(card.logits === undefined ? {} : { logits: card.logits }),
      ...(card.decoded === undefined ? {} : { decoded: card.decoded }),
    },
    multipleOf: fixed === undefined ? FREE_MULTIPLE : 1,
    tilePx,
  };
};

const defined = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
