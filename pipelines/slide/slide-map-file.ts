import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { KeptDrawing } from './cell-drawings.ts';
import { DRAWING_FACTS, packDrawings, unpackDrawings } from './packed-drawings.ts';
import { SIGNATURE_WORDS } from './signature.ts';

const MAGIC = 'SMEARMAP';
const VERSION = 2;
/** Magic, version, length of the text, checksum of all but itself. */
const HEADER_BYTES = MAGIC.length + 12;
const CHECKSUM_AT = HEADER_BYTES - 4;
const MOST_TEXT_BYTES = 1 << 30;

const number = z.number();
const id = z.int().min(1).max(10_000_000);
const box = z.tuple([number, number, number, number]);
const side = z.int().min(2).max(4096);
const place = z.strictObject({ island: id, x: number, y: number, atMs: number, vx: number, vy: number });

const savedKeyframe = z.strictObject({
  island: id,
  x: number,
  y: number,
  weak: z.boolean(),
  width: side,
  height: side,
  factor: z.int().min(1).max(64),
});
const savedLink = z.tuple([id, id, number, number, number]);
const savedTile = z.strictObject({ keyframe: id, box });
/** A cell as it stands on the map; what else it carries is kept as it is. */
const savedCell = z.looseObject({
  id,
  keyframe: id,
  laid: z.strictObject({ island: id, x: number, y: number }),
  box,
  visible: box.optional(),
  state: z.enum(['counted', 'waiting', 'excluded', 'withdrawn']),
  classIndex: z.int().min(0).max(63),
  evidence: z.array(number).max(64),
});
const savedEntry = z.looseObject({ atMs: number, cell: id, reason: z.string().max(1000) });
const savedRegistrar = z.strictObject({
  widthPx: z.int().min(1).max(16_384),
  heightPx: z.int().min(1).max(16_384),
  last: place.optional(),
  learned: place.optional(),
  reference: id.optional(),
  unclean: z.array(id).max(100_000),
  pictures: z.int().min(0).max(1000),
  samples: z
    .int()
    .min(0)
    .max(4096 * 4096),
  left: z.number().optional(),
  shots: z
    .array(z.strictObject({ keyframe: id, x: number, y: number }))
    .max(64)
    .optional(),
});

const savedText = z.strictObject({
  umPerPx: z.number().positive().max(10),
  classes: z.array(z.string().max(40)).max(64),
  keyframes: z.array(savedKeyframe).max(100_000),
  links: z.array(savedLink).max(2_000_000),
  tiles: z.array(savedTile).max(2_000_000),
  cells: z.array(savedCell).max(5_000_000),
  ledger: z.array(savedEntry).max(20_000_000),
  registrar: savedRegistrar.optional(),
  /** How many cells are drawn, and with how many numbers. */
  drawings: z
    .strictObject({
      cells: z.int().min(1).max(5_000_000),
      numbers: z
        .int()
        .min(6)
        .max(2 ** 31),
    })
    .optional(),
});

/** A slide map at rest: plain values, keyframes by their place in the list from 1 on, each with its picture and signature. */
export type SavedSlideMap = Omit<z.infer<typeof savedText>, 'drawings'> & {
  readonly drawn: readonly KeptDrawing[];
  readonly pictures: readonly { readonly data: Int8Array; readonly signature: Uint32Array }[];
  /** What registration learned of the sensor; a number for each of `registrar.samples`, for each of `registrar.shots` too. */
  readonly pattern: {
    readonly means: Float32Array;
    readonly squares: Float32Array;
    readonly comparisons: Uint8Array;
    readonly taken: Int16Array;
    readonly shots: readonly Int16Array[];
  };
};

const bytesOf = ({
  buffer,
  byteOffset,
  byteLength,
}: Int8Array | Uint8Array | Int16Array | Uint32Array | Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const checksum = (file: Uint8Array): number => crc32(file.subarray(HEADER_BYTES), crc32(file.subarray(0, CHECKSUM_AT)));

const damaged = (what: string): FaultError =>
  new FaultError({ kind: 'data', path: 'slide map', what: `the saved slide map ${what}`, remedy: 'give another file, or begin a new map' });

/** The map as a file: a header with version and checksum, the text, then pictures, signatures, the sensor's pattern and drawings. Little-endian. */
export const saveSlideMap = ({ pictures, pattern, drawn, ...text }: SavedSlideMap): Uint8Array => {
  const { facts, corners } = packDrawings(drawn);
  const drawings = drawn.length === 0 ? {} : { drawings: { cells: drawn.length, numbers: corners.length } };
  const json = Buffer.from(JSON.stringify({ ...text, ...drawings }), 'utf8');
  const parts = [
    json,
    ...pictures.flatMap(({ data, signature }) => [bytesOf(data), bytesOf(signature)]),
    bytesOf(pattern.means),
    bytesOf(pattern.squares),
    ...(text.registrar?.shots === undefined ? [] : [pattern.comparisons, pattern.taken, ...pattern.shots].map(bytesOf)),
    bytesOf(facts),
    bytesOf(corners),
  ];
  const file = new Uint8Array(HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0));
  let at = HEADER_BYTES;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  file.set(Buffer.from(MAGIC, 'latin1'));
  const header = new DataView(file.buffer, MAGIC.length, 12);
  header.setUint32(0, VERSION, true);
  header.setUint32(4, json.length, true);
  header.setUint32(8, checksum(file), true);
  return file;
};

/** The map of a file. Throws a `data` fault on anything that is not a whole map of this version. */
export const loadSlideMap = (file: Uint8Array): SavedSlideMap => {
  if (file.length < HEADER_BYTES || Buffer.from(file.subarray(0, MAGIC.length)).toString('latin1') !== MAGIC)
    throw damaged('is no slide map');
  const header = new DataView(file.buffer, file.byteOffset + MAGIC.length, 12);
  if (header.getUint32(0, true) !== VERSION) throw damaged(`has version ${header.getUint32(0, true)}, this program reads ${VERSION}`);
  const textBytes = header.getUint32(4, true);
  if (textBytes > MOST_TEXT_BYTES || HEADER_BYTES + textBytes > file.length) throw damaged('is cut short');
  if (checksum(file) !== header.getUint32(8, true)) throw damaged('is damaged: its checksum does not fit');
  const parsed = savedText.safeParse(JSON.parse(Buffer.from(file.subarray(HEADER_BYTES, HEADER_BYTES + textBytes)).toString('utf8')));
  if (!parsed.success) throw damaged(`holds what it cannot: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`);
  const { drawings = { cells: 0, numbers: 0 }, ...text } = parsed.data;
  const known = (keyframe: number): boolean => keyframe <= text.keyframes.length;
  const sound =
    text.links.every(([from, to]) => known(from) && known(to)) &&
    text.tiles.every(({ keyframe }) => known(keyframe)) &&
    text.cells.every(
      (cell, i) =>
        cell.id === i + 1 && known(cell.keyframe) && cell.evidence.length === text.classes.length && cell.classIndex < text.classes.length,
    ) &&
    (text.registrar?.unclean ?? []).every(known) &&
    (text.registrar?.shots ?? []).every(({ keyframe }) => known(keyframe)) &&
    known(text.registrar?.reference ?? 0);
  if (!sound) throw damaged('speaks of what it does not hold');
  let at = HEADER_BYTES + textBytes;
  const take = (bytes: number): ArrayBuffer => {
    if (at + bytes > file.length) throw damaged('is cut short');
    // A copy of its own: what was read may lie anywhere in a larger buffer.
    const part = new Uint8Array(file.subarray(at, at + bytes));
    at += bytes;
    return part.buffer;
  };
  const pictures = text.keyframes.map(({ width, height }) => ({
    data: new Int8Array(take(width * height)),
    signature: new Uint32Array(take(4 * SIGNATURE_WORDS)),
  }));
  const { samples = 0, shots, pictures: learned = 0 } = text.registrar ?? {};
  const pattern = {
    means: new Float32Array(take(4 * samples)),
    squares: new Float32Array(take(4 * samples)),
    comparisons: shots === undefined ? new Uint8Array(samples).fill(Math.min(40, learned)) : new Uint8Array(take(samples)),
    taken: shots === undefined ? new Int16Array(samples) : new Int16Array(take(2 * samples)),
    shots: (shots ?? []).map(() => new Int16Array(take(2 * samples))),
  };
  const facts = new Float64Array(take(8 * DRAWING_FACTS * drawings.cells));
  const drawn = unpackDrawings({ facts, corners: new Int16Array(take(2 * drawings.numbers)) }, text.cells.length);
  if (drawn === undefined) throw damaged('draws cells that it does not hold');
  if (at !== file.length) throw damaged('is longer than it says');
  return { ...text, pictures, pattern, drawn };
};
