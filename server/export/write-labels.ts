import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellRecord } from '../../domain/cell-record.ts';
import { classColour } from '../../domain/class-colours.ts';
import { moveOutline, outlineArea } from '../../domain/outline.ts';
import { cellsPng, createMaskWriter } from '../../models/compose/write-png.ts';
import { copyPicture } from '../../models/datasets/copy-picture.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import { aboutFields, chooseFields, fieldFile } from './choose-fields.ts';
import { boxOutline, outlineOf } from './drawn-cell.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import type { ExportSource } from './export-source.ts';
import { layCells } from './field-cells.ts';
import { type LabelledShape, MOST_LABELS, paintLabels, pixelsOfLabels } from './label-image.ts';
import { simplePolygon } from './simple-polygon.ts';
import { type LaidIsland, layOutSlide } from './slide-layout.ts';

/** A larger island is not painted: the picture is made in memory. */
const MOST_ISLAND_PX = 24e6;
const BACKGROUND = [0, 0, 0];

type Shape = LabelledShape & { readonly cell: CellRecord; readonly drawn: boolean };

const coloursOf = (classes: readonly string[]): number[][] => [
  BACKGROUND,
  ...classes.map((_, i) => [1, 3, 5].map((at) => Number.parseInt(classColour(i).slice(at, at + 2), 16))),
];

const toShapes = (cells: readonly Omit<Shape, 'label' | 'classIndex' | 'areaPx2'>[]): Shape[] =>
  cells.slice(0, MOST_LABELS).map((one, i) => ({
    ...one,
    label: i + 1,
    classIndex: one.cell.classIndex,
    areaPx2: outlineArea(one.polygon),
  }));

/** The cells of an island as polygons of its picture, by id. */
const shapesOf = (cells: Iterable<CellRecord>, { island, dx, dy, box }: LaidIsland): Shape[] => {
  const shift = { x: dx - box[0], y: dy - box[1] };
  const found: Omit<Shape, 'label' | 'classIndex' | 'areaPx2'>[] = [];
  for (const cell of cells) {
    if (cell.island !== island) continue;
    const outline = outlineOf(cell);
    const drawn = outline && simplePolygon(moveOutline(outline, 1, shift));
    found.push({ cell, drawn: drawn !== undefined, polygon: drawn ?? moveOutline(boxOutline(cell.box), 1, shift) });
  }
  return toShapes(found);
};

const writeLabels = async (source: ExportSource, dir: string, { signal }: WriteOptions): Promise<void> => {
  const { facts, folder } = source;
  const chosen = await chooseFields(source);
  const cells = layCells(source.cells());
  const colours = coloursOf(facts.classes);
  for (const name of ['images', 'cells', 'classes', 'slide']) await mkdir(join(dir, name));
  await using table = await open(join(dir, 'labels.json'), 'wx');
  const about = {
    schema: 'smearscope.labels/1',
    ...aboutFields(source, chosen),
    umPerPx: facts.umPerPx,
    /** Whether outlines are those that the model drew. Where not, all that is known of a cell is its box. */
    drawn: cells.drawn,
    classes: facts.classes.map((name, i) => ({ value: i + 1, name, colour: classColour(i) })),
  };
  await table.write(`${JSON.stringify(about).slice(0, -1)},\n"pictures":[`);
  let separator = '\n';

  /** Writes both pictures and a line of the table. */
  const put = async (
    facts: object,
    files: { cells: string; classes: string },
    shapes: readonly Shape[],
    size: readonly [number, number],
  ) => {
    signal?.throwIfAborted();
    const image = paintLabels(shapes, ...size);
    await writeFile(join(dir, files.cells), cellsPng(image.labels, ...size));
    await writeFile(join(dir, files.classes), createMaskWriter(...size, colours)(image.classes));
    const pixels = pixelsOfLabels(image.labels, shapes.length);
    const rows = shapes.map(({ label, cell, drawn }) => ({ label, cell: cell.id, class: cell.class, pixels: pixels[label], drawn }));
    await table.write(`${separator}${JSON.stringify({ ...facts, ...files, labels: rows })}`);
    separator = ',\n';
  };

  for (const field of chosen.fields) {
    const image = fieldFile(source, field.id);
    const png = image.replace(/\.jpg$/, '.png');
    await copyPicture({ path: keyframePictureFile(folder, field.id) }, join(dir, 'images', image));
    const { id, island, x, y, widthPx, heightPx } = field;
    const facts = { image: `images/${image}`, keyframe: id, island, x, y };
    await put(facts, { cells: `cells/${png}`, classes: `classes/${png}` }, toShapes(cells.in(field)), [widthPx, heightPx]);
  }
  const tooLarge: number[] = [];
  for (const laid of layOutSlide(source.keyframes).islands.values()) {
    const { island, dx, dy, box } = laid;
    const size = [box[2] - box[0], box[3] - box[1]] as const;
    if (size[0] * size[1] > MOST_ISLAND_PX) {
      tooLarge.push(island);
      continue;
    }
    const files = { cells: `slide/island-${island}-cells.png`, classes: `slide/island-${island}-classes.png` };
    // Its corner in camera pixels on the island, and in the stitched slide.
    await put({ island, x: box[0] - dx, y: box[1] - dy, onSlide: [box[0], box[1]] }, files, shapesOf(source.cells(), laid), size);
  }
  await table.write(`\n],\n"islandsTooLarge":${JSON.stringify(tooLarge)}}\n`);
};

/**
 * Label images of the fields and of the map's islands: 16-bit PNG with a number for each cell, indexed PNG with its class in the colours of the page, and
 * a table that says which cell a number is.
 */
export const labelsExport: ExportFormat = {
  format: 'labels',
  label: 'Label images',
  extension: 'zip',
  mediaType: 'application/zip',
  purpose:
    'Masks of the cells as PNG, of fields and of the slide, with a table of the cells: CellProfiler, Cellpose, scikit-image, napari.',
  flow: false,
  kind: 'folder',
  write: writeLabels,
};
