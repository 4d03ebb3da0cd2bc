import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Field } from '../../models/datasets/dataset.ts';
import { type DatasetFormat, FORMAT_NAMES } from '../../models/datasets/dataset-format.ts';
import { writeDataset } from '../../models/datasets/write-dataset.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import { aboutFields, chooseFields, fieldFile } from './choose-fields.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import { type ExportSource, readingText } from './export-source.ts';
import { layCells } from './field-cells.ts';

/** File beside the labels that says what they are of. */
const ABOUT_FILE = 'export.json';
/** Tools for training expect a split of this name; which slides are held back is decided over many sessions. */
const SPLIT = 'train';

/** A format of labelled fields, with boxes or with polygons. */
type Way = { readonly format: DatasetFormat; readonly polygons?: boolean };

const writeFields = async ({ format, polygons }: Way, source: ExportSource, dir: string, { signal }: WriteOptions): Promise<void> => {
  const { facts, folder } = source;
  const chosen = await chooseFields(source);
  const cells = layCells(source.cells());
  const labelled = chosen.fields.map((field): Field => {
    const path = keyframePictureFile(folder, field.id);
    return {
      file: fieldFile(source, field.id),
      picture: { path },
      annotation: path,
      widthPx: field.widthPx,
      heightPx: field.heightPx,
      marks: cells.in(field).map(({ mark }) => mark),
    };
  });
  await writeDataset(
    format,
    dir,
    {
      classes: facts.classes,
      splits: [{ name: SPLIT, fields: labelled }],
      facts: { umPerPx: facts.umPerPx, source: `session ${facts.id}, ${readingText(source)}` },
    },
    { signal, polygons },
  );
  const about = {
    schema: 'smearscope.export/1',
    ...aboutFields(source, chosen),
    /** Whether outlines are those that the model drew. Where not, all that is known of a cell is its box. */
    drawn: cells.drawn,
    fields: chosen.fields.map(({ id, island, x, y }) => ({ file: fieldFile(source, id), keyframe: id, island, x, y })),
  };
  await writeFile(join(dir, ABOUT_FILE), `${JSON.stringify(about, undefined, 2)}\n`);
};

const fieldsExport = (way: Way, about: Pick<ExportFormat, 'format' | 'label' | 'purpose'>): ExportFormat => ({
  ...about,
  extension: 'zip',
  mediaType: 'application/zip',
  flow: false,
  kind: 'folder',
  write: (source, dir, options) => writeFields(way, source, dir, options),
});

/** Pictures of the fields with the boxes of the cells in them, and their outlines where the model drew them. */
export const fieldExports: readonly ExportFormat[] = [
  fieldsExport(
    { format: 'coco' },
    {
      format: 'coco',
      label: FORMAT_NAMES.coco,
      purpose:
        'Pictures of the reviewed fields (of all, where none was) with boxes and outlines in one JSON file: detectron2, MMDetection, CVAT.',
    },
  ),
  fieldsExport(
    { format: 'yolo' },
    { format: 'yolo', label: FORMAT_NAMES.yolo, purpose: 'The same fields with a text file of boxes each: Ultralytics YOLO and its kin.' },
  ),
  fieldsExport(
    { format: 'yolo', polygons: true },
    {
      format: 'yolo-seg',
      label: 'YOLO, outlines',
      purpose: 'The same with outlines in place of boxes: segmentation with Ultralytics YOLO.',
    },
  ),
  fieldsExport(
    { format: 'voc' },
    { format: 'voc', label: FORMAT_NAMES.voc, purpose: 'The same fields with an XML file of boxes each: labelImg, older detectors.' },
  ),
];
