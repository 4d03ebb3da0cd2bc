import type { Detection } from '../../domain/detection.ts';
import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import type { Outline } from '../../domain/outline.ts';
import { halfGraph } from '../export/half-precision.ts';
import { onnxFile } from '../export/onnx-file.ts';
import type { DetectorFormat, FloatPixels } from './detector-format.ts';
import { readOnnxGraph } from './graph/read-onnx-graph.ts';
import { outlineCells } from './masks/outline-cells.ts';
import type { NetworkData } from './network-messages.ts';
import type { NetworkArray, NetworkRunner } from './network-runner.ts';
import { nonMaximumSuppression } from './nms.ts';
import { type OnnxProvider, openOnnxRunner } from './onnx-runner.ts';
import { type Decoder, decoderFor, type InputSize, seenFormat } from './output-decoder.ts';
import { type I420Picture, type RgbTarget, resampleI420 } from './resample.ts';
import { openTensorFlowRunner, type TensorFlowDevice } from './tensorflow-runner.ts';
import { batchTiles, type ShapedTile, type TileBatch } from './tile-shapes.ts';

/** Where the time of a call went, in ms: resampling and colours, the network with its copies, boxes and suppression, drawing cells. */
export type StageMs = { prepare: number; network: number; boxes: number; outlines: number };

/** A network with all that lies between a picture and its cells. Calls block the thread where the runtime does. */
export type TileNetwork = {
  /** `spent` is added to. */
  detect(picture: I420Picture, tiles: readonly Box[], scale: number, spent?: StageMs): Promise<readonly (readonly Detection[])[]>;
  /** Runs on inputs that `fill` writes as RGB, all of one size; boxes in input pixels. */
  detectInputs(count: number, size: InputSize, fill: (place: number, target: RgbTarget) => void, spent?: StageMs): Promise<Detection[][]>;
  /** Time of one full white tile once warm, in ms. */
  tileMs(): Promise<number>;
  readonly format: DetectorFormat;
  release(): Promise<void>;
};

/** What is added to fill an input up: white, as empty glass is. */
const BACKGROUND = 255;
const SHAPES_KEPT = 8;

type Prepared = { readonly pixels: Uint8ClampedArray; readonly data: Uint8Array | Float32Array; readonly dims: readonly number[] };

const shapeOf = (dims: readonly (number | undefined)[], free: readonly string[]): string =>
  `[${dims.map((length, axis) => length ?? free[axis] ?? '?').join(', ')}]`;

/** Makes the network's maps 16-bit floats. Throws for networks made elsewhere, whose graphs may hold anything. */
const halved = async (networkPath: string, format: DetectorFormat): Promise<Uint8Array> => {
  if (format.layout !== 'smearscope') throw new Error('16-bit floats are made of networks that export wrote');
  return onnxFile(halfGraph(await readOnnxGraph(networkPath)));
};

const openRunner = async ({ engine, networkPath, threads, format, precision }: NetworkData): Promise<NetworkRunner> => {
  const [runtime, device] = engine.split(':') as ['onnx' | 'tensorflow', string];
  if (runtime === 'tensorflow') {
    if (precision !== 'full') throw new Error('TensorFlow.js computes with full floats only');
    return openTensorFlowRunner(networkPath, device as TensorFlowDevice);
  }
  const network = precision === 'half' ? await halved(networkPath, format) : networkPath;
  return openOnnxRunner(network, device as OnnxProvider, threads, format.layout === 'smearscope');
};

/** What is wrong with the network's inputs and outputs, in words; `undefined` where they are what the format promises. */
const mismatch = ({ inputs, outputs }: NetworkRunner, format: DetectorFormat, classes: number): string | undefined => {
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) return `the network has ${inputs.length} inputs in place of one`;
  const [type, channelAxis] = format.pixels === 'bytes' ? (['uint8', 3] as const) : (['float', 1] as const);
  if (input.type !== type) return `the input of the network is not ${type === 'float' ? 'float32' : type}`;
  if (input.shape.length !== 4 || input.shape[channelAxis] !== 3)
    return `the input of the network is ${shapeOf(input.shape, ['n'])} in place of [n, ${format.pixels === 'bytes' ? 'height, width, 3' : '3, height, width'}]`;
  for (const name of format.outputs) {
    const output = outputs.find((candidate) => candidate.name === name);
    if (output?.type !== 'float') return `the network has no float32 output "${name}"`;
    if (format.layout !== 'smearscope') continue;
    const last = name === 'boxes' ? 4 : classes;
    const given = output.shape[2];
    if (output.shape.length !== 3 || (given !== undefined && given !== last))
      return `the output "${name}" is ${shapeOf(output.shape, ['n', 'p'])} in place of [n, p, ${last}]`;
  }
  return undefined;
};

/** What is wrong with the maps of a network that draws cells. */
const badMasks = ({ outputs }: NetworkRunner, masks: NetworkData['masks']): string | undefined => {
  const output = outputs.find(({ name }) => name === 'masks');
  if (masks === undefined || (output?.type === 'float' && output.shape.length === 4 && output.shape[3] === masks.planes)) return undefined;
  return `the network has no float32 output "masks" [n, rows, columns, ${masks.planes}]`;
};

/** RGB bytes, pixel after pixel, to floats, colour after colour. */
const toFloats = (pixels: Uint8ClampedArray, into: Float32Array, tiles: number, { order, divisor, mean, deviation }: FloatPixels): void => {
  const area = pixels.length / 3 / tiles;
  for (let colour = 0; colour < 3; colour++) {
    const channel = order === 'RGB' ? colour : 2 - colour;
    const factor = 1 / (divisor * deviation[colour]!);
    const offset = -mean[colour]! / deviation[colour]!;
    for (let tile = 0; tile < tiles; tile++) {
      const from = tile * area * 3 + channel;
      const to = (tile * 3 + colour) * area;
      for (let at = 0; at < area; at++) into[to + at] = pixels[from + 3 * at]! * factor + offset;
    }
  }
};

/** Boxes of the network's input in picture pixels, clipped to the tile. */
const toPicture = (tile: ShapedTile, found: readonly Detection[]): Detection[] => {
  const scaleX = tile.region.widthPx / tile.widthPx;
  const scaleY = tile.region.heightPx / tile.heightPx;
  const { x, y } = tile.region;
  const place = (outline: Outline): number[] => outline.map((value, at) => (at % 2 === 0 ? x + value * scaleX : y + value * scaleY));
  return found.flatMap(({ box, classIndex, score, outline, nucleus }) => {
    const inPicture: Box = [x + box[0] * scaleX, y + box[1] * scaleY, x + box[2] * scaleX, y + box[3] * scaleY];
    const clipped = intersectBoxes(inPicture, tile.box);
    if (clipped === undefined) return [];
    return [{ box: clipped, classIndex, score, ...(outline && { outline: place(outline) }), ...(nucleus && { nucleus: place(nucleus) }) }];
  });
};

/** Opens a network; gives words in place of it where it does not do what its card promises. Throws what the runtime throws. */
export const openTileNetwork = async (data: NetworkData): Promise<TileNetwork | string> => {
  const runner = await openRunner(data);
  let format = data.format;
  const { pixels: taken, fixed } = format;
  const wrong = mismatch(runner, format, data.classes) ?? badMasks(runner, data.masks);
  if (wrong !== undefined) {
    await runner.release();
    return wrong;
  }
  const prepared = new Map<string, Prepared>();

  /** Input memory for a shape, kept while few shapes are in use. */
  const prepare = (tiles: number, { widthPx, heightPx }: InputSize): Prepared => {
    const key = `${tiles}×${widthPx}×${heightPx}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    if (prepared.size >= SHAPES_KEPT) prepared.clear();
    const bytes = new Uint8Array(tiles * heightPx * widthPx * 3).fill(BACKGROUND);
    const pixels = new Uint8ClampedArray(bytes.buffer);
    const made =
      taken === 'bytes'
        ? { pixels, data: bytes, dims: [tiles, heightPx, widthPx, 3] }
        : { pixels, data: new Float32Array(bytes.length), dims: [tiles, 3, heightPx, widthPx] };
    prepared.set(key, made);
    return made;
  };

  const run = (ready: Prepared, tiles: number): ReturnType<NetworkRunner['run']> => {
    if (taken !== 'bytes') toFloats(ready.pixels, ready.data as Float32Array, tiles, taken);
    return runner.run(ready.data, ready.dims);
  };

  const side = Math.ceil(data.tilePx / data.multipleOf) * data.multipleOf;
  const full: InputSize = fixed ?? { widthPx: side, heightPx: side };
  const first = await run(prepare(1, full), 1);
  format = seenFormat(format, data.classes, first, full);
  const decode: Decoder = decoderFor(format, data.classes);
  const tried = decode(first, 1, full);
  if (typeof tried === 'string') {
    await runner.release();
    return tried;
  }

  /** Adds outlines to what was found in each tile. */
  const draw = (
    found: Detection[][],
    { data: values, dims }: NetworkArray,
    { stride, planes, nucleated }: NonNullable<NetworkData['masks']>,
  ): void => {
    const [height, width] = [dims[1]!, dims[2]!];
    found.forEach((list, place) => {
      const map = { data: values, offset: place * height * width * planes, width, height, planes, stride };
      const outlines = outlineCells(
        map,
        list.map(({ box }) => box),
        (index) => nucleated.includes(list[index]!.classIndex),
      );
      found[place] = list.map((detection, index) => ({ ...detection, ...outlines[index] }));
    });
  };

  const runPrepared = async (
    ready: Prepared,
    tiles: number,
    size: InputSize,
    startedAt: number,
    spent?: StageMs,
  ): Promise<Detection[][]> => {
    const filledAt = performance.now();
    const outputs = await run(ready, tiles);
    const ranAt = performance.now();
    const decoded = decode(outputs, tiles, size);
    if (typeof decoded === 'string') throw new Error(decoded);
    const { boxes, scores, points } = decoded;
    const found: Detection[][] = Array.from({ length: tiles }, (_, place) =>
      nonMaximumSuppression(
        boxes.subarray(place * points * 4, (place + 1) * points * 4),
        scores.subarray(place * points * data.classes, (place + 1) * points * data.classes),
        { score: data.score, iou: data.nmsIou },
      ),
    );
    const foundAt = performance.now();
    if (data.masks !== undefined) draw(found, outputs.get('masks')!, data.masks);
    if (spent !== undefined) {
      spent.prepare += filledAt - startedAt;
      spent.network += ranAt - filledAt;
      spent.boxes += foundAt - ranAt;
      spent.outlines += performance.now() - foundAt;
    }
    return found;
  };

  const detectInputs: TileNetwork['detectInputs'] = async (count, size, fill, spent) => {
    const most = format.batched ? count : 1;
    const found: Detection[][] = [];
    for (let from = 0; from < count; from += most) {
      const startedAt = performance.now();
      const ready = prepare(most, size);
      for (let place = 0; place < most; place++)
        fill(from + place, { data: ready.pixels, offsetPx: place * size.widthPx * size.heightPx, stridePx: size.widthPx });
      found.push(...(await runPrepared(ready, most, size, startedAt, spent)));
    }
    return found;
  };

  const detectBatch = async (picture: I420Picture, batch: TileBatch, detections: Detection[][], spent?: StageMs): Promise<void> => {
    const padded = batch.tiles.some((tile) => tile.widthPx < batch.widthPx || tile.heightPx < batch.heightPx);
    const fill = (place: number, target: RgbTarget): void => {
      const tile = batch.tiles[place]!;
      const area = batch.widthPx * batch.heightPx;
      if (padded) target.data.fill(BACKGROUND, target.offsetPx * 3, (target.offsetPx + area) * 3);
      resampleI420(picture, tile.region, tile, target);
    };
    const found = await detectInputs(batch.tiles.length, batch, fill, spent);
    batch.tiles.forEach((tile, place) => {
      detections[tile.index] = toPicture(tile, found[place]!);
    });
  };

  return {
    format,
    detect: async (picture, tiles, scale, spent) => {
      const detections: Detection[][] = tiles.map(() => []);
      for (const batch of batchTiles(tiles, picture, scale, data.multipleOf, fixed)) await detectBatch(picture, batch, detections, spent);
      return detections;
    },
    detectInputs,
    tileMs: async () => {
      const startedAt = performance.now();
      await run(prepare(1, full), 1);
      return performance.now() - startedAt;
    },
    release: () => runner.release(),
  };
};
