import type { DetectorFormat } from './detector-format.ts';
import type { NetworkArray } from './network-runner.ts';

/** Boxes `[n · p, 4]` as corners in input pixels and scores `[n · p, classes]`, tile after tile. */
export type Decoded = { readonly boxes: Float32Array; readonly scores: Float32Array; readonly points: number };

export type InputSize = { readonly widthPx: number; readonly heightPx: number };

/** Turns outputs into boxes and scores, or says in words why they are none of that layout. */
export type Decoder = (outputs: ReadonlyMap<string, NetworkArray>, tiles: number, size: InputSize) => Decoded | string;

const STRIDES = [8, 16, 32] as const;

const levels = ({ widthPx, heightPx }: InputSize): { columns: number; rows: number; stride: number }[] =>
  STRIDES.map((stride) => ({ columns: Math.ceil(widthPx / stride), rows: Math.ceil(heightPx / stride), stride }));

/** Points of the grids at strides 8, 16 and 32. */
export const gridPoints = (size: InputSize): number => levels(size).reduce((sum, { columns, rows }) => sum + columns * rows, 0);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const same = (x: number): number => x;

const shapeOf = (dims: readonly number[]): string => `[${dims.join(', ')}]`;

/** Centre and size at `from` to corners at `to`. */
const corners = (boxes: Float32Array, to: number, x: number, y: number, width: number, height: number): void => {
  boxes[to] = x - width / 2;
  boxes[to + 1] = y - height / 2;
  boxes[to + 2] = x + width / 2;
  boxes[to + 3] = y + height / 2;
};

const own =
  (classes: number): Decoder =>
  (outputs, tiles) => {
    const boxes = outputs.get('boxes')!;
    const scores = outputs.get('scores')!;
    const points = boxes.dims[1]!;
    if (boxes.dims[0] !== tiles || boxes.dims[2] !== 4) return `the output "boxes" is ${shapeOf(boxes.dims)} in place of [${tiles}, p, 4]`;
    if (scores.dims[0] !== tiles || scores.dims[1] !== points || scores.dims[2] !== classes)
      return `the output "scores" is ${shapeOf(scores.dims)} in place of [${tiles}, ${points}, ${classes}]`;
    return { boxes: boxes.data, scores: scores.data, points };
  };

/** YOLOX (Ge et al., 2021) and YOLOv5: rows of centre, size, objectness and classes. Raw rows are in strides on their grid point. */
const objectRows =
  (format: DetectorFormat, classes: number, decoded: boolean): Decoder =>
  (outputs, tiles, size) => {
    const { data, dims } = outputs.get(format.outputs[0])!;
    const width = 5 + classes;
    const points = dims[1]!;
    if (dims.length !== 3 || dims[0] !== tiles || dims[2] !== width)
      return `the output "${format.outputs[0]}" is ${shapeOf(dims)} in place of [${tiles}, p, ${width}]`;
    if (!decoded && points !== gridPoints(size)) return `the output has ${points} points in place of the ${gridPoints(size)} of its grids`;
    const probability = format.logits === true ? sigmoid : same;
    const boxes = new Float32Array(tiles * points * 4);
    const scores = new Float32Array(tiles * points * classes);
    const score = (row: number): void => {
      const object = probability(data[row * width + 4]!);
      for (let c = 0; c < classes; c++) scores[row * classes + c] = object * probability(data[row * width + 5 + c]!);
    };
    for (let tile = 0; tile < tiles; tile++) {
      let row = tile * points;
      if (decoded) {
        for (const end = row + points; row < end; row++) {
          const at = row * width;
          corners(boxes, row * 4, data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!);
          score(row);
        }
      } else {
        for (const { columns, rows, stride } of levels(size))
          for (let y = 0; y < rows; y++)
            for (let x = 0; x < columns; x++, row++) {
              const at = row * width;
              const [boxWidth, boxHeight] = [Math.exp(data[at + 2]!) * stride, Math.exp(data[at + 3]!) * stride];
              corners(boxes, row * 4, (data[at]! + x) * stride, (data[at + 1]! + y) * stride, boxWidth, boxHeight);
              score(row);
            }
      }
    }
    return { boxes, scores, points };
  };

/** YOLOv8 and YOLO11: one column a point, centre and size in pixels, then classes. */
const columns =
  (format: DetectorFormat, classes: number): Decoder =>
  (outputs, tiles) => {
    const { data, dims } = outputs.get(format.outputs[0])!;
    const points = dims[2]!;
    if (dims.length !== 3 || dims[0] !== tiles || dims[1] !== 4 + classes)
      return `the output "${format.outputs[0]}" is ${shapeOf(dims)} in place of [${tiles}, ${4 + classes}, p]`;
    const probability = format.logits === true ? sigmoid : same;
    const boxes = new Float32Array(tiles * points * 4);
    const scores = new Float32Array(tiles * points * classes);
    for (let tile = 0; tile < tiles; tile++) {
      const from = tile * (4 + classes) * points;
      for (let point = 0; point < points; point++) {
        const at = from + point;
        corners(boxes, (tile * points + point) * 4, data[at]!, data[at + points]!, data[at + 2 * points]!, data[at + 3 * points]!);
        for (let c = 0; c < classes; c++) scores[(tile * points + point) * classes + c] = probability(data[at + (4 + c) * points]!);
      }
    }
    return { boxes, scores, points };
  };

/** RT-DETR (Zhao et al., 2024): queries, boxes as shares of the input. */
const queries =
  (format: DetectorFormat, classes: number): Decoder =>
  (outputs, tiles, { widthPx, heightPx }) => {
    const first = outputs.get(format.outputs[0])!;
    const second = format.outputs[1] === undefined ? undefined : outputs.get(format.outputs[1])!;
    const points = first.dims[1]!;
    const boxWidth = second === undefined ? 4 + classes : 4;
    if (first.dims.length !== 3 || first.dims[0] !== tiles || first.dims[2] !== boxWidth)
      return `the output "${format.outputs[0]}" is ${shapeOf(first.dims)} in place of [${tiles}, p, ${boxWidth}]`;
    if (second !== undefined && String(second.dims) !== String([tiles, points, classes]))
      return `the output "${format.outputs[1]}" is ${shapeOf(second.dims)} in place of [${tiles}, ${points}, ${classes}]`;
    const probability = format.logits === true ? sigmoid : same;
    const boxes = new Float32Array(tiles * points * 4);
    const scores = new Float32Array(tiles * points * classes);
    const [from, step, skip] = second === undefined ? [first.data, boxWidth, 4] : [second.data, classes, 0];
    for (let row = 0; row < tiles * points; row++) {
      const at = row * boxWidth;
      const [x, y, width, height] = [first.data[at]!, first.data[at + 1]!, first.data[at + 2]!, first.data[at + 3]!];
      corners(boxes, row * 4, x * widthPx, y * heightPx, width * widthPx, height * heightPx);
      for (let c = 0; c < classes; c++) scores[row * classes + c] = probability(from[row * step + skip + c]!);
    }
    return { boxes, scores, points };
  };

export const decoderFor = (format: DetectorFormat, classes: number): Decoder => {
  switch (format.layout) {
    case 'smearscope':
      return own(classes);
    case 'yolox':
      return objectRows(format, classes, format.decoded === true);
    case 'yolov5':
      return objectRows(format, classes, true);
    case 'yolov8':
      return columns(format, classes);
    case 'rt-detr':
      return queries(format, classes);
    default:
      return format.layout satisfies never;
  }
};

const outside = (value: number): boolean => value < -1e-4 || value > 1 + 1e-4;

/**
 * Fills in what only a run shows: scores outside 0 to 1 are logits, and YOLOX boxes whose centres are nearer to their own grid points in
 * pixels than in strides come decoded.
 */
export const seenFormat = (
  format: DetectorFormat,
  classes: number,
  outputs: ReadonlyMap<string, NetworkArray>,
  size: InputSize,
): DetectorFormat => {
  if (format.layout === 'smearscope') return format;
  const first = outputs.get(format.outputs[0])!;
  const scores = format.outputs[1] === undefined ? first : outputs.get(format.outputs[1])!;
  const width = first.dims[2] ?? 1;
  const isScore = (at: number): boolean => {
    if (scores !== first) return true;
    if (format.layout === 'yolov8') return Math.floor(at / width) % (4 + classes) >= 4;
    return at % width >= 4;
  };
  const logits = format.logits ?? scores.data.some((value, at) => isScore(at) && outside(value));
  if (format.layout !== 'yolox' || format.decoded !== undefined) return { ...format, logits };
  let [raw, inPixels, row] = [0, 0, 0];
  for (const { columns: across, rows, stride } of levels(size))
    for (let point = 0; point < across * rows; point++, row++) {
      const x = first.data[row * width] ?? 0;
      const at = point % across;
      if (Math.abs(x - (at + 0.5) * stride) < Math.abs((x + at) * stride - (at + 0.5) * stride)) inPixels++;
      else raw++;
    }
  return { ...format, logits, decoded: inPixels > raw };
};
