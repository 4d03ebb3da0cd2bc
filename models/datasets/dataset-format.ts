import { z } from 'zod';

/** How labelled fields may lie in a folder. The one list of formats: commands, recipes and readers take it from here. */
export const DATASET_FORMATS = ['voc', 'yolo', 'coco', 'tfrecord'] as const;

export const datasetFormat = z.enum(DATASET_FORMATS);

export type DatasetFormat = z.infer<typeof datasetFormat>;

/** What a person calls it. */
export const FORMAT_NAMES: Readonly<Record<DatasetFormat, string>> = {
  voc: 'Pascal VOC',
  yolo: 'YOLO',
  coco: 'COCO',
  tfrecord: 'TFRecord',
};
