import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellRecord } from '../../domain/cell-record.ts';
import { classColour } from '../../domain/class-colours.ts';
import type { Box } from '../../domain/geometry.ts';
import { moveOutline, type Outline, outlineArea } from '../../domain/outline.ts';
import { cellsPng, createMaskWriter } from '../../models/compose/write-png.ts';
import { copyPicture } from '../../models/datasets/copy-picture.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import { aboutFields, chooseFields, fieldFile } from './choose-fields.ts';
import { boxEllipse, outlineOf } from './drawn-cell.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import type { ExportSource } from './export-source.ts';
import { layCells } from './field-cells.ts';
import { type LabelledShape, MOST_LABELS, paintLabels, pixelsOfLabels } from './label-image.ts';
import { clipOutline, simplePolygon } from './simple-polygon.ts';
import { layOutSlide } from './slide-layout.ts';

/** A larger island is not painted, since its picture is made in memory, nor one with more cells than 16 bits can number. */
const MOST_ISLAND_PX = 24e6;
const BACKGROUND = [0, 0, 0];

type Shape = LabelledShape & { readonly cell: CellRecord; readonly drawn: boolean };

const coloursOf = (classes: readonly string[]): number[][] => [
  BACKGROUND,
  ...classes.map((_, i) => [1, 3, 5].map((at) => Number.parseInt(classColour(i).slice(at, at + 2), 16))),
];

/** Cells as polygons of a picture that shows this box of their island, by id; of those that the model did not draw the ellipses of their boxes. */
const shapesIn = (cells: readonly CellRecord[], box: Box): Shape[] => {
  const within = (outline: Outline) => simplePolygon(moveOutline(clipOutline(outline, box), 1, { x: -box[0], y: -box[1] }));
  const shapes: Shape[] = [];
  for (const cell of cells) {
    const outline = outlineOf(cell);
    const drawn = outline && within(outline);
    const polygon = drawn ?? within(boxEllipse(cell.box));
    if (polygon === undefined) continue;
    const { classIndex } = cell;
    shapes.push({ cell, polygon, drawn: drawn !== undefined, label: shapes.length + 1, classIndex, areaPx2: outlineArea(polygon) });
  }
  return shapes;
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
    /** Whether the model drew cells. One that it did not draw is the ellipse in its box. */
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
    await put(
      facts,
      { cells: `cells/${png}`, classes: `classes/${png}` },
      shapesIn(
        cells.in(field).map(({ cell }) => cell),
        [x, y, x + widthPx, y + heightPx],
      ),
      [widthPx, heightPx],
    );
  }
  const tooLarge: number[] = [];
  for (const laid of layOutSlide(source.keyframes).islands.values()) {
    const { island, dx, dy, box } = laid;
    const size = [box[2] - box[0], box[3] - box[1]] as const;
    const here = [...source.cells()].filter((cell) => cell.island === island);
    if (size[0] * size[1] > MOST_ISLAND_PX || here.length > MOST_LABELS) {
      tooLarge.push(island);
      continue;
    }
    const files = { cells: `slide/island-${island}-cells.png`, classes: `slide/island-${island}-classes.png` };
    const place: Box = [box[0] - dx, box[1] - dy, box[2] - dx, box[3] - dy];
    // Its corner in camera pixels on the island, and in the stitched slide.
    await put({ island, x: place[0], y: place[1], onSlide: [box[0], box[1]] }, files, shapesIn(here, place), size);
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
