import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import type { ExportSource } from './export-source.ts';
import { omeXml } from './ome-xml.ts';
import { createSlidePainter, type Tile } from './paint-slide.ts';
import { layOutSlide } from './slide-layout.ts';
import { createTiffFile, type TiffField } from './tiff-file.ts';

const TILE_PX = 512;
const QUALITY = 90;
/** Beyond, a reader would need more memory for the list of tiles than for the picture. */
const MOST_TILES = 4_000_000;

type Level = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly columns: number;
  readonly offsets: number[];
  readonly lengths: number[];
};

/** Each level is half of the one before, down to one tile. */
const levelsOf = (widthPx: number, heightPx: number): Level[] => {
  const columns = Math.ceil(widthPx / TILE_PX);
  const tiles = columns * Math.ceil(heightPx / TILE_PX);
  const level = { widthPx, heightPx, columns, offsets: new Array<number>(tiles).fill(0), lengths: new Array<number>(tiles).fill(0) };
  return tiles === 1 ? [level] : [level, ...levelsOf(Math.ceil(widthPx / 2), Math.ceil(heightPx / 2))];
};

/** Puts a tile at half its size into a quarter of another one: each pixel is the mean of four. */
const halveInto = (into: Tile, quarter: readonly [number, number], from: Tile): void => {
  const half = TILE_PX / 2;
  const row = TILE_PX * 3;
  for (let y = 0; y < half; y++) {
    let to = ((quarter[1] * half + y) * TILE_PX + quarter[0] * half) * 3;
    let at = 2 * y * row;
    for (let x = 0; x < half; x++, to += 3, at += 6)
      for (let c = 0; c < 3; c++)
        into[to + c] = (from[at + c]! + from[at + c + 3]! + from[at + c + row]! + from[at + c + row + 3]! + 2) >> 2;
  }
};

const encode = (tile: Tile): Promise<Buffer> =>
  sharp(tile, { raw: { width: TILE_PX, height: TILE_PX, channels: 3 } })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0', optimiseCoding: true })
    .toBuffer();

/** Tags of one level (TIFF 6.0; JPEG compression after TIFF Technical Note 2, each tile a whole JPEG). */
const fieldsOf = ({ widthPx, heightPx, offsets, lengths }: Level, reduced: boolean): TiffField[] => [
  { tag: 254, type: 'long', value: [reduced ? 1 : 0] },
  { tag: 256, type: 'long', value: [widthPx] },
  { tag: 257, type: 'long', value: [heightPx] },
  { tag: 258, type: 'short', value: [8, 8, 8] },
  { tag: 259, type: 'short', value: [7] },
  { tag: 262, type: 'short', value: [6] },
  { tag: 277, type: 'short', value: [3] },
  { tag: 284, type: 'short', value: [1] },
  { tag: 322, type: 'long', value: [TILE_PX] },
  { tag: 323, type: 'long', value: [TILE_PX] },
  { tag: 324, type: 'long8', value: offsets },
  { tag: 325, type: 'long', value: lengths },
  { tag: 530, type: 'short', value: [2, 2] },
  { tag: 532, type: 'rational', value: [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1] },
];

/** Pixels for a centimetre, and that unit; nothing is said where the scale is not known. */
const resolution = (umPerPx: number | undefined): TiffField[] => {
  if (umPerPx === undefined) return [];
  const perCm = [Math.round(1e7 / umPerPx), 1000];
  return [
    { tag: 282, type: 'rational', value: perCm },
    { tag: 283, type: 'rational', value: perCm },
    { tag: 296, type: 'short', value: [3] },
  ];
};

const writeOmeTiff = async (source: ExportSource, path: string, { signal }: WriteOptions): Promise<void> => {
  const layout = layOutSlide(source.keyframes);
  const { widthPx, heightPx } = layout;
  const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'data', path: source.folder, what, remedy });
  if (widthPx === 0) throw refuse('this session has no slide map', 'export its cells as CSV, or its tracks as MOTChallenge');
  if (Math.ceil(widthPx / TILE_PX) * Math.ceil(heightPx / TILE_PX) > MOST_TILES)
    throw refuse(`the slide map of ${widthPx} × ${heightPx} pixels is too large for a picture`, 'export its fields as COCO');
  const levels = levelsOf(widthPx, heightPx);
  const painter = createSlidePainter(source, layout, TILE_PX);
  await using file = await createTiffFile(path);
  const blank = await encode(new Uint8Array(TILE_PX * TILE_PX * 3).fill(255));
  const blankAt = await file.append(blank);
  for (const { offsets, lengths } of levels) {
    offsets.fill(blankAt);
    lengths.fill(blank.length);
  }

  /** Makes a tile from the four below it, these first: no more than four of each level are in memory. */
  const make = async (depth: number, column: number, row: number): Promise<Tile | undefined> => {
    const level = levels[depth]!;
    const side = TILE_PX * 2 ** depth;
    if (column * TILE_PX >= level.widthPx || row * TILE_PX >= level.heightPx) return undefined;
    if (!painter.touches([column * side, row * side, (column + 1) * side, (row + 1) * side])) return undefined;
    signal?.throwIfAborted();
    let tile: Tile | undefined;
    if (depth === 0) tile = await painter.paint(column * side, row * side);
    else
      for (const quarter of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const part = await make(depth - 1, 2 * column + quarter[0], 2 * row + quarter[1]);
        if (part === undefined) continue;
        tile ??= new Uint8Array(TILE_PX * TILE_PX * 3).fill(255);
        halveInto(tile, quarter, part);
      }
    if (tile === undefined) return undefined;
    const bytes = await encode(tile);
    const at = row * level.columns + column;
    level.offsets[at] = await file.append(bytes);
    level.lengths[at] = bytes.length;
    return tile;
  };
  await make(levels.length - 1, 0, 0);

  const reduced: number[] = [];
  for (const level of levels.slice(1)) reduced.push(await file.directory(fieldsOf(level, true)));
  await file.finish(
    await file.directory([
      ...fieldsOf(levels[0]!, false),
      ...resolution(source.facts.umPerPx),
      { tag: 270, type: 'ascii', value: omeXml(source, layout) },
      { tag: 305, type: 'ascii', value: `Smearscope ${source.program}` },
      ...(reduced.length === 0 ? [] : [{ tag: 330, type: 'ifd8', value: reduced } as const]),
    ]),
  );
};

/** The stitched slide as a pyramid of JPEG tiles (OME-TIFF 6, reduced levels in SubIFDs; BigTIFF). Memory does not grow with the slide. */
export const omeTiffExport: ExportFormat = {
  format: 'ome-tiff',
  label: 'OME-TIFF of the slide',
  extension: 'ome.tif',
  mediaType: 'image/tiff',
  purpose: 'The stitched slide with its scale, for QuPath, Fiji, OMERO and other viewers of whole slides.',
  flow: false,
  kind: 'file',
  write: writeOmeTiff,
};
