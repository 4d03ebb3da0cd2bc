import { Packr } from 'msgpackr';
import { z } from 'zod';
import type { CountStep } from '../../pipelines/replay/count-step.ts';
import type { Shade } from '../../pipelines/slide/sensor-shade.ts';
import { type PackedTilePicture, packPicture, type RawPicture } from './lossless-picture.ts';

/** A step as the recorder hands it on; of a `look` the parts of its frame that hold its tiles, where they are kept. */
export type RawStep = { readonly step: CountStep; readonly pictures?: readonly RawPicture[] };

/** A step as it lies on disk. */
export type StoredStep = { readonly step: CountStep; readonly pictures?: readonly PackedTilePicture[] };

const packr = new Packr({ useRecords: false });

const number = z.number();
const id = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const side = z.int().min(1).max(16_384);
const box = z.tuple([number, number, number, number]);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes are wanted here');
const mark = z.array(number).max(16);
const detection = z.strictObject({ box, classIndex: z.int().min(0).max(1000), score: number });
const shade = z.strictObject({
  widthPx: side,
  heightPx: side,
  factor: z.int().min(1).max(64),
  columns: side,
  rows: side,
  /** Samples that are not clean, then those beside them; what lets through all light is left out. */
  spoilt: z.int().min(0),
  indices: bytes,
  passes: bytes,
  spots: z.array(box).max(100_000),
});
const picture = z.strictObject({
  x: z.int().min(0).max(16_384),
  y: z.int().min(0).max(16_384),
  widthPx: side,
  heightPx: side,
  packed: bytes,
});

const storedStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lay'), keyframes: z.array(z.tuple([id, id, number, number])).max(1_000_000), islands: id }),
  z.strictObject({ kind: z.literal('rearrange'), keyframes: z.array(id).max(1_000_000), atMs: number }),
  z.strictObject({ kind: z.literal('blur'), keyframe: id, field: box }),
  z.strictObject({ kind: z.literal('shade'), shade: shade.optional() }),
  z.strictObject({
    kind: z.literal('look'),
    frame: id,
    atMs: number,
    widthPx: side,
    heightPx: side,
    fullRange: z.boolean(),
    keyframe: id,
    x: number,
    y: number,
    tiles: z.array(box).max(1000),
    pictures: z.array(picture).max(1000).optional(),
  }),
  z.strictObject({ kind: z.literal('found'), lists: z.array(z.array(detection).max(10_000)).max(1000) }),
  z.strictObject({ kind: z.literal('again') }),
  z.strictObject({ kind: z.literal('ground'), covers: z.array(number).max(100_000), gone: z.array(z.tuple([id, id])).max(100_000) }),
  z.strictObject({ kind: z.literal('mark'), mark }),
  z.strictObject({ kind: z.literal('restored'), mark }),
  z.strictObject({ kind: z.literal('lost'), steps: id }),
]);
type StoredShade = z.infer<typeof shade>;

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Only what taking the shade out of a picture reads: the samples that are not clean, and those around them. */
const packShade = ({ passes, spoilt, spots, ...rest }: Shade): StoredShade => {
  const { columns, rows } = rest;
  const read = new Set<number>(spoilt);
  for (const i of spoilt) {
    const column = i % columns;
    const row = (i - column) / columns;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        read.add(Math.min(rows - 1, Math.max(0, row + dy)) * columns + Math.min(columns - 1, Math.max(0, column + dx)));
  }
  const indices = Uint32Array.from(read);
  return {
    ...rest,
    spoilt: spoilt.length,
    indices: bytesOf(indices),
    passes: bytesOf(Float32Array.from(indices, (i) => passes[i]!)),
    spots: spots.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
  };
};

const unpackShade = ({ spoilt, indices, passes: kept, spots, ...rest }: StoredShade): Shade => {
  const at = new Uint32Array(new Uint8Array(indices).buffer);
  const values = new Float32Array(new Uint8Array(kept).buffer);
  const passes = new Float32Array(rest.columns * rest.rows).fill(1);
  at.forEach((i, n) => {
    if (i < passes.length) passes[i] = values[n] ?? 1;
  });
  return { ...rest, passes, spoilt: at.slice(0, spoilt), spots };
};

/** Steps as bytes; pictures are packed without loss, and left out where `withPictures` says so. */
export const packSteps = (steps: readonly RawStep[], withPictures = true): Uint8Array =>
  packr.pack(
    steps.map(({ step, pictures }) => {
      if (step.kind === 'shade') return { kind: 'shade', ...(step.shade && { shade: packShade(step.shade) }) };
      return pictures === undefined || !withPictures ? step : { ...step, pictures: pictures.map(packPicture) };
    }),
  );

/** Throws where the bytes are no steps. */
export const unpackSteps = (from: Uint8Array): StoredStep[] =>
  z
    .array(storedStep)
    .max(1_000_000)
    .parse(packr.unpack(from))
    .map((stored): StoredStep => {
      if (stored.kind === 'shade') return { step: { kind: 'shade', shade: stored.shade && unpackShade(stored.shade) } };
      if (stored.kind !== 'look') return { step: stored };
      const { pictures, ...step } = stored;
      return { step, ...(pictures === undefined ? {} : { pictures }) };
    });
