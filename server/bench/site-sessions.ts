import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledField } from '../../models/datasets/labelled-field.ts';
import type { CommandIo } from '../cli/command-io.ts';
import { runCount } from '../cli/count.ts';
import { readBloodFields } from '../microscope/blood-fields.ts';
import { amendSession, openSessionToRead } from '../sessions/session-database.ts';
import { sessionsFolder } from '../sessions/session-folder.ts';
import type { TrueCell } from './simulated-reader.ts';

/** The fields of a site by slide, in the order of their names. */
export type SiteSlide = { readonly name: string; readonly fields: readonly LabelledField[] };

/** A field is shown for so many frames: some pass until a picture that is nowhere on the map begins a piece of its own. */
const FRAMES_A_FIELD = 10;

/** Fields of a folder (`NAME.jpg` beside `NAME.txt`), label ids as indexes into `classes`, so many to a slide. Throws a `data` fault. */
export const readSite = async (dir: string, classIndexes: readonly number[], fieldsPerSlide: number): Promise<SiteSlide[]> => {
  const fields = (await readBloodFields(dir)).map(({ name, widthPx, heightPx, cells }) => ({
    name,
    imagePath: join(dir, `${name}.jpg`),
    widthPx,
    heightPx,
    boxes: cells.flatMap(({ classIndex, box }) =>
      classIndexes[classIndex] === undefined ? [] : [{ box, classIndex: classIndexes[classIndex]! }],
    ),
  }));
  // A camera's pictures are all of one size, and so are a slide's.
  const bySize = [...Map.groupBy(fields, ({ widthPx, heightPx }) => `${widthPx}×${heightPx}`).values()];
  const groups = bySize.flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / fieldsPerSlide) }, (_, i) => own.slice(i * fieldsPerSlide, (i + 1) * fieldsPerSlide)),
  );
  const inOrder = groups.sort((a, b) => (a[0]!.name < b[0]!.name ? -1 : 1));
  return inOrder.map((own, i) => ({ name: `slide-${String(i + 1).padStart(2, '0')}`, fields: own }));
};

export type RecordedSlide = {
  readonly id: string;
  readonly folder: string;
  /** True cells of what a keyframe shows. */
  truthOf(keyframe: number): readonly TrueCell[];
};

/** Counts the fields of a slide one after the other as `count --session` does, and keeps the session in the data folder. */
export const recordSlide = async (
  slide: SiteSlide,
  n: number,
  { dataDir, umPerPx, model, classes }: { dataDir: string; umPerPx: number; model: string; classes: readonly string[] },
  io: CommandIo,
): Promise<RecordedSlide> => {
  const pictures = join(dataDir, 'pictures', slide.name);
  await mkdir(pictures, { recursive: true });
  for (const [i, { imagePath }] of slide.fields.entries())
    for (let copy = 0; copy < FRAMES_A_FIELD; copy++)
      await copyFile(imagePath, join(pictures, `${String(i).padStart(4, '0')}-${String(copy).padStart(2, '0')}.jpg`));
  const id = `20260101-${String(n).padStart(6, '0')}-00be7c`;
  const folder = join(sessionsFolder(dataDir), id);
  const quiet: CommandIo = { ...io, stdout: () => {}, stderr: () => {} };
  await runCount({ source: pictures, umPerPx: String(umPerPx), model, session: folder, dataDir }, quiet);
  await rm(pictures, { recursive: true, force: true });
  amendSession(folder, { specimenId: slide.name, operator: 'bench retrain' });
  using database = openSessionToRead(folder);
  const frames = database.prepare('SELECT id, keyframe FROM frames WHERE keyframe IS NOT NULL').all();
  const shown = new Map(frames.map((row) => [Number(row['keyframe']), Math.floor(Number(row['id']) / FRAMES_A_FIELD)]));
  return {
    id,
    folder,
    truthOf: (keyframe) =>
      slide.fields[shown.get(keyframe) ?? -1]?.boxes.map(({ box, classIndex }) => ({ class: classes[classIndex]!, box })) ?? [],
  };
};

/** Whether a folder holds fields as `readSite` reads them. */
export const hasSite = async (dir: string): Promise<boolean> => (await readdir(dir).catch(() => [])).some((name) => name.endsWith('.jpg'));
