import { PbfReader, PbfWriter } from 'pbf';

/** One feature of a `tf.train.Example`. */
export type Feature =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: readonly number[] }
  | { readonly kind: 'int'; readonly values: readonly number[] };

/** Field numbers of the lists in `Feature` (tensorflow/core/example/feature.proto). */
const LIST = { bytes: 1, float: 2, int: 3 } as const;
const VALUES = 1;

type Lists = { kind: Feature['kind']; bytes: Uint8Array[]; numbers: number[] };

const readList = (tag: number, lists: Lists, pbf: PbfReader): void => {
  if (tag !== VALUES) return;
  if (lists.kind === 'bytes') lists.bytes.push(pbf.readBytes());
  else if (lists.kind === 'float') pbf.readPackedFloat(lists.numbers);
  else pbf.readPackedVarint(lists.numbers, true);
};

const readFeature = (tag: number, lists: Lists, pbf: PbfReader): void => {
  for (const kind of ['bytes', 'float', 'int'] as const) {
    if (tag !== LIST[kind]) continue;
    lists.kind = kind;
    pbf.readMessage(readList, lists);
  }
};

const readEntry = (tag: number, entry: { name: string; lists: Lists }, pbf: PbfReader): void => {
  if (tag === 1) entry.name = pbf.readString();
  else if (tag === 2) pbf.readMessage(readFeature, entry.lists);
};

const readFeatures = (tag: number, features: Map<string, Feature>, pbf: PbfReader): void => {
  if (tag !== 1) return;
  const entry = { name: '', lists: { kind: 'bytes', bytes: [], numbers: [] } as Lists };
  pbf.readMessage(readEntry, entry);
  const { kind, bytes, numbers } = entry.lists;
  features.set(entry.name, kind === 'bytes' ? { kind, values: bytes } : { kind, values: numbers });
};

/** The features of a `tf.train.Example` message. Byte values are views of `bytes`. Throws where it is no such message. */
export const readExample = (bytes: Uint8Array): ReadonlyMap<string, Feature> =>
  new PbfReader(bytes).readFields<Map<string, Feature>>((tag, features, pbf) => {
    if (tag === 1) pbf.readMessage(readFeatures, features);
  }, new Map());

const writeList = (feature: Feature, pbf: PbfWriter): void => {
  if (feature.kind === 'bytes') for (const value of feature.values) pbf.writeBytesField(VALUES, value);
  else if (feature.kind === 'float') pbf.writePackedFloat(VALUES, [...feature.values]);
  else pbf.writePackedVarint(VALUES, [...feature.values]);
};

const writeFeature = (feature: Feature, pbf: PbfWriter): void => pbf.writeMessage(LIST[feature.kind], writeList, feature);

const writeEntry = ([name, feature]: readonly [string, Feature], pbf: PbfWriter): void => {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeFeature, feature);
};

const writeFeatures = (features: ReadonlyMap<string, Feature>, pbf: PbfWriter): void => {
  for (const entry of features) pbf.writeMessage(1, writeEntry, entry);
};

/** The bytes of a `tf.train.Example` message. */
export const writeExample = (features: ReadonlyMap<string, Feature>): Uint8Array => {
  const pbf = new PbfWriter();
  pbf.writeMessage(1, writeFeatures, features);
  return pbf.finish();
};
