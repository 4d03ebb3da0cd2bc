import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingCurves } from '../../domain/training.ts';

/** Where a training job keeps its run, and the bundle that comes of it. */
export const folderOfJob = (dataDir: string, job: string): string => join(dataDir, 'training', job);
export const bundleOfJob = (dataDir: string, job: string): string => join(folderOfJob(dataDir, job), 'bundle');

const MOST_BYTES = 8 * 2 ** 20;

/** What a run's table says of its epochs so far; nothing while there is none. */
export const readCurves = async (folder: string): Promise<TrainingCurves> => {
  const path = join(folder, 'metrics.csv');
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.size > MOST_BYTES) return { points: [] };
  const [header = '', ...rows] = (await readFile(path, 'utf8')).trim().split('\n');
  const columns = header.split(',').map((name) => name.replace(/^"|"$/g, ''));
  const points = rows.flatMap((row) => {
    const cells = row.split(',');
    // The last row may be half written.
    if (cells.length !== columns.length) return [];
    const of = (name: string): number => Number(cells[columns.indexOf(name)]);
    const held = columns.flatMap((name, i) =>
      name.endsWith(' mAP50') && cells[i] !== '' ? [[name.slice(0, -6), Number(cells[i])] as const] : [],
    );
    return [
      {
        epoch: of('epoch'),
        step: of('step'),
        seconds: of('seconds'),
        loss: of('scoreLoss') + of('boxLoss'),
        held: Object.fromEntries(held),
      },
    ];
  });
  return { points: points.filter(({ loss }) => Number.isFinite(loss)).slice(-10_000) };
};
