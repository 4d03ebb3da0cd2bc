import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Detection } from '../../domain/detection.ts';
import { type Box, intersectBoxes } from '../../domain/geometry.ts';
import { nonMaximumSuppression } from './nms.ts';
import type { OnnxThreadData } from './onnx-messages.ts';
import { type I420Picture, resampleI420 } from './resample.ts';
import { batchTiles, type ShapedTile, type TileBatch } from './tile-shapes.ts';

/** A network in memory. Its calls block the thread: ONNX Runtime's binding for Node runs where it is called. */
export type OnnxNetwork = {
  detect(picture: I420Picture, tiles: readonly Box[], scale: number): Promise<readonly (readonly Detection[])[]>;
  /** One run on white tiles, in ms; says in words what is wrong with the outputs. */
  tryRun(): Promise<number | string>;
  release(): Promise<void>;
};

/** What is added to fill an input up: white, as empty glass is. */
const BACKGROUND = 255;
const SHAPES_KEPT = 8;

type Outputs = { readonly boxes: Tensor; readonly scores: Tensor };
type Prepared = { readonly pixels: Uint8ClampedArray; readonly input: Tensor; outputs: Outputs | undefined };

const shapeOf = (dims: readonly (number | string)[]): string => `[${dims.join(', ')}]`;

/** What is wrong with the network's inputs and outputs, in words; `undefined` where they are what a bundle promises. */
const mismatch = (session: InferenceSession, classes: number): string | undefined => {
  const [input, ...more] = session.inputMetadata;
  if (input === undefined || more.length > 0) return `the network has ${session.inputNames.length} inputs in place of one`;
  if (!input.isTensor || input.type !== 'uint8') return 'the input of the network is not uint8';
  if (input.shape.length !== 4 || input.shape[3] !== 3)
    return `the input of the network is ${shapeOf(input.shape)} in place of [n, height, width, 3]`;
  for (const [name, last] of [
    ['boxes', 4],
    ['scores', classes],
  ] as const) {
    const output = session.outputMetadata.find((candidate) => candidate.name === name);
    if (output === undefined || !output.isTensor || output.type !== 'float32') return `the network has no float32 output "${name}"`;
    const { shape } = output;
    const given = shape[2];
    if (shape.length !== 3 || (typeof given === 'number' && given !== last)) {
      return `the output "${name}" is ${shapeOf(shape)} in place of [n, p, ${last}]`;
    }
  }
  return undefined;
};

/** Boxes of the network's input in picture pixels, clipped to the tile. */
const toPicture = (tile: ShapedTile, found: readonly Detection[]): Detection[] => {
  const scaleX = tile.region.widthPx / tile.widthPx;
  const scaleY = tile.region.heightPx / tile.heightPx;
  const { x, y } = tile.region;
  return found.flatMap(({ box, classIndex, score }) => {
    const inPicture: Box = [x + box[0] * scaleX, y + box[1] * scaleY, x + box[2] * scaleX, y + box[3] * scaleY];
    const clipped = intersectBoxes(inPicture, tile.box);
    return clipped === undefined ? [] : [{ box: clipped, classIndex, score }];
  });
};

/** Opens the network; gives words in place of it where it does not do what the card promises. Throws what the provider throws. */
export const openOnnxNetwork = async (data: OnnxThreadData): Promise<OnnxNetwork | string> => {
  env.logLevel = 'fatal';
  const session = await InferenceSession.create(data.networkPath, {
    executionProviders: [data.provider],
    intraOpNumThreads: data.threads,
    interOpNumThreads: 1,
    // Tiles come in many shapes; a memory plan for each would only pile up.
    enableMemPattern: false,
    logSeverityLevel: 4,
    // Threads that spin while they wait would take the cores from decoding and registration.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const wrong = mismatch(session, data.classes);
  if (wrong !== undefined) {
    await session.release();
    return wrong;
  }
  const inputName = session.inputNames[0]!;
  const prepared = new Map<string, Prepared>();

  /** Input and output memory for a shape, kept while few shapes are in use. */
  const prepare = (count: number, batch: { readonly widthPx: number; readonly heightPx: number }): Prepared => {
    const key = `${count}×${batch.widthPx}×${batch.heightPx}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    if (prepared.size >= SHAPES_KEPT) prepared.clear();
    const bytes = new Uint8Array(count * batch.heightPx * batch.widthPx * 3).fill(BACKGROUND);
    const made = {
      pixels: new Uint8ClampedArray(bytes.buffer),
      input: new Tensor('uint8', bytes, [count, batch.heightPx, batch.widthPx, 3]),
      outputs: undefined,
    };
    prepared.set(key, made);
    return made;
  };

  const run = async (ready: Prepared): Promise<Outputs> => {
    const fetched = await session.run({ [inputName]: ready.input }, ready.outputs ?? ['boxes', 'scores']);
    if (ready.outputs === undefined) {
      const { boxes, scores } = fetched as unknown as Outputs;
      // The runtime writes into tensors of our own from the second run on.
      ready.outputs = {
        boxes: new Tensor('float32', Float32Array.from(boxes.data as Float32Array), boxes.dims),
        scores: new Tensor('float32', Float32Array.from(scores.data as Float32Array), scores.dims),
      };
    }
    return ready.outputs;
  };

  const detectBatch = async (picture: I420Picture, batch: TileBatch, detections: Detection[][]): Promise<void> => {
    const ready = prepare(batch.tiles.length, batch);
    const tilePixels = batch.widthPx * batch.heightPx;
    if (batch.tiles.some((tile) => tile.widthPx < batch.widthPx || tile.heightPx < batch.heightPx)) ready.pixels.fill(BACKGROUND);
    batch.tiles.forEach((tile, place) => {
      resampleI420(picture, tile.region, tile, { data: ready.pixels, offsetPx: place * tilePixels, stridePx: batch.widthPx });
    });
    const { boxes, scores } = await run(ready);
    const points = boxes.dims[1]!;
    batch.tiles.forEach((tile, place) => {
      const found = nonMaximumSuppression(
        (boxes.data as Float32Array).subarray(place * points * 4, (place + 1) * points * 4),
        (scores.data as Float32Array).subarray(place * points * data.classes, (place + 1) * points * data.classes),
        { score: data.score, iou: data.nmsIou },
      );
      detections[tile.index] = toPicture(tile, found);
    });
  };

  return {
    detect: async (picture, tiles, scale) => {
      const detections: Detection[][] = tiles.map(() => []);
      for (const batch of batchTiles(tiles, picture, scale, data.multipleOf)) await detectBatch(picture, batch, detections);
      return detections;
    },
    tryRun: async () => {
      const side = Math.ceil(data.tilePx / data.multipleOf) * data.multipleOf;
      const ready = prepare(1, { widthPx: side, heightPx: side });
      const { boxes, scores } = await run(ready);
      const [n, points, coordinates] = boxes.dims;
      if (n !== 1 || coordinates !== 4) return `the output "boxes" is ${shapeOf(boxes.dims)} in place of [1, p, 4]`;
      if (scores.dims[0] !== 1 || scores.dims[1] !== points || scores.dims[2] !== data.classes) {
        return `the output "scores" is ${shapeOf(scores.dims)} in place of [1, ${points}, ${data.classes}]`;
      }
      const startedAt = performance.now();
      await run(ready);
      return performance.now() - startedAt;
    },
    release: () => session.release(),
  };
};
