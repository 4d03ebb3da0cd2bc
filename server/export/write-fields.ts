import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import { isFile } from '../../models/datasets/bounded-read.ts';
import type { Field } from '../../models/datasets/dataset.ts';
import { type DatasetFormat, FORMAT_NAMES } from '../../models/datasets/dataset-format.ts';
import { writeDataset } from '../../models/datasets/write-dataset.ts';
import { keyframePictureFile } from '../sessions/session-folder.ts';
import type { ExportFormat, WriteOptions } from './export-format.ts';
import { type ExportKeyframe, type ExportSource, readingText } from './export-source.ts';
import { layCells } from './field-cells.ts';

/** File beside the labels that says what they are of. */
const ABOUT_FILE = 'export.json';
/** Tools for training expect a split of this name; which slides are held back is decided over many sessions. */
const SPLIT = 'train';

type Chosen = { readonly fields: readonly ExportKeyframe[]; readonly reviewed: boolean; readonly without: readonly number[] };

/** The fields that somebody looked through, or every one where nobody did; those without a picture apart. */
const chooseFields = async ({ folder, keyframes, review }: ExportSource): Promise<Chosen> => {
  const wanted = new Set(review?.reviewedKeyframes ?? []);
  const asked = wanted.size > 0 ? keyframes.filter(({ id }) => wanted.has(id)) : keyframes;
  const kept = await Promise.all(asked.map(({ id }) => isFile(keyframePictureFile(folder, id))));
  return {
    fields: asked.filter((_, i) => kept[i]),
    reviewed: wanted.size > 0,
    without: asked.filter((_, i) => !kept[i]).map(({ id }) => id),
  };
};

const writeFields = async (format: DatasetFormat, source: ExportSource, dir: string, { signal }: WriteOptions): Promise<void> => {
  const { facts, folder, review } = source;
  const { fields, reviewed, without } = await chooseFields(source);
  if (fields.length === 0)
    throw new FaultError({
      kind: 'data',
      path: folder,
      what: 'this session keeps no picture of a field as large as it was',
      remedy: 'export its cells as CSV or GeoJSON',
    });
  const cellsIn = layCells(source.cells());
  const nameOf = (id: number): string => `${facts.id}-k${String(id).padStart(5, '0')}.jpg`;
  const labelled = fields.map((field): Field => {
    const path = keyframePictureFile(folder, field.id);
    return {
      file: nameOf(field.id),
      picture: { path },
      annotation: path,
      widthPx: field.widthPx,
      heightPx: field.heightPx,
      marks: cellsIn(field),
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
    { signal },
  );
  const about = {
    schema: 'smearscope.export/1',
    session: facts.id,
    specimenId: facts.specimenId,
    reading: source.reading,
    version: review?.version,
    signed: review?.locked ?? false,
    program: source.program,
    /** Whether somebody looked these fields through. Where not, cells that were overlooked are not marked. */
    reviewed,
    fields: fields.map(({ id, island, x, y }) => ({ file: nameOf(id), keyframe: id, island, x, y })),
    withoutPicture: without,
  };
  await writeFile(join(dir, ABOUT_FILE), `${JSON.stringify(about, undefined, 2)}\n`);
};

const fieldsExport = (format: DatasetFormat, purpose: string): ExportFormat => ({
  format,
  label: FORMAT_NAMES[format],
  extension: 'zip',
  mediaType: 'application/zip',
  purpose,
  flow: false,
  kind: 'folder',
  write: (source, dir, options) => writeFields(format, source, dir, options),
});

/** Pictures of the fields with the boxes of the cells in them. */
export const fieldExports: readonly ExportFormat[] = [
  fieldsExport(
    'coco',
    'Pictures of the reviewed fields (of all, where none was) with boxes in one JSON file: detectron2, MMDetection, CVAT.',
  ),
  fieldsExport('yolo', 'The same fields with a text file each: Ultralytics YOLO and its kin.'),
  fieldsExport('voc', 'The same fields with an XML file each: labelImg, older detectors.'),
];
