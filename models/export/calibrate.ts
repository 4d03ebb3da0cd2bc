import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { NetworkGraph } from '../runtime/graph/read-onnx-graph.ts';
import { onnxFile } from './onnx-file.ts';
import { asOnnxGraph, mapsToCalibrate, type ValueRange } from './quantise.ts';

/** A calibration picture as the network takes it: RGB bytes, sides multiples of what it asks for. */
export type CalibrationPicture = { readonly data: Uint8Array; readonly widthPx: number; readonly heightPx: number };

/** Of a picture's values this share on either side is left out: single outliers would cost all others their resolution. */
const OUTLIERS = 1e-4;
/** So many values of a map are looked at for their quantiles. */
const SAMPLES = 20_000;

/** Values between which all but the outliers lie. */
const rangeOf = (values: Float32Array): ValueRange => {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const sample = new Float32Array(Math.ceil(values.length / step));
  for (let at = 0; at < sample.length; at++) sample[at] = values[at * step]!;
  sample.sort();
  const cut = Math.floor(sample.length * OUTLIERS);
  return { low: sample[cut]!, high: sample[sample.length - 1 - cut]! };
};

/** The ranges of a network's maps over pictures: the widest of the pictures' own, outliers left out. Throws what ONNX Runtime throws. */
export const calibrate = async (
  graph: NetworkGraph,
  pictures: Iterable<CalibrationPicture> | AsyncIterable<CalibrationPicture>,
): Promise<ReadonlyMap<string, ValueRange>> => {
  const names = mapsToCalibrate(graph);
  const plain = asOnnxGraph(graph);
  // Every map becomes an output of a copy of the network.
  const outputs = names.map((name) => ({ name, type: 'float' as const, shape: [0, 1, 2, 3].map((axis) => `${name}.${axis}`) }));
  const session = await InferenceSession.create(onnxFile({ ...plain, outputs }), { logSeverityLevel: 3 });
  const ranges = new Map<string, ValueRange>();
  try {
    for await (const { data, widthPx, heightPx } of pictures) {
      const found = await session.run({ [session.inputNames[0]!]: new Tensor('uint8', data, [1, heightPx, widthPx, 3]) });
      for (const name of names) {
        const { low, high } = rangeOf(found[name]!.data as Float32Array);
        const before = ranges.get(name);
        ranges.set(name, { low: Math.min(low, before?.low ?? low), high: Math.max(high, before?.high ?? high) });
      }
    }
  } finally {
    await session.release();
  }
  return ranges;
};
