import path from 'node:path';
import { z } from 'zod';
import { damaged, LIMITS, readTextIfThere } from './bounded-read.ts';
import { datasetFormat } from './dataset-format.ts';

/** File in a data set's folder that says what the formats cannot. */
export const DATASET_CARD = 'dataset.json';

/** What is said of a data set beside its boxes: written into every folder we write, in whichever format. */
export const datasetCard = z.object({
  schema: z.literal('smearscope.dataset/1'),
  format: datasetFormat,
  classes: z.array(z.string().min(1).max(200)).max(10_000),
  /** Micrometres for one pixel of the pictures. */
  umPerPx: z.number().positive().max(100).optional(),
  source: z.string().max(2000).optional(),
  licence: z.string().max(2000).optional(),
});

export type DatasetCard = z.infer<typeof datasetCard>;

/** The card in a folder; `undefined` where there is none, or another program's file of that name. Faults: `data` where ours is damaged. */
export const readDatasetCard = async (dir: string): Promise<DatasetCard | undefined> => {
  const file = path.join(dir, DATASET_CARD);
  const text = await readTextIfThere(file, LIMITS.annotationBytes, 'card of the data set');
  if (text === undefined || !text.includes('smearscope.dataset/')) return undefined;
  try {
    return datasetCard.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(file, 'the card of the data set is damaged', 'correct it or take it away', cause);
  }
};
