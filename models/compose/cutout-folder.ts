import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { damaged, filesOf, LIMITS, readTextIfThere } from '../datasets/bounded-read.ts';
import { PICTURE_NAME } from '../datasets/picture-file.ts';
import { KIND_FOLDERS } from './cell-kinds.ts';

const NOTES = 'cutouts.json';
const MOST_CUTOUTS = 50_000;

const cutoutSet = z.object({
  name: z.string().min(1).max(200),
  source: z.string().max(2000).optional(),
  licence: z.string().min(1).max(2000),
  /** Micrometres for one pixel of the cut-outs. */
  umPerPx: z.number().positive().max(10),
  /** Colour of the glass that they lay on. */
  glass: z.tuple([z.number().min(1).max(255), z.number().min(1).max(255), z.number().min(1).max(255)]),
  /** Files, with `/`, and the picture that each was cut from: what was in one picture stays in one split. */
  cutouts: z.array(z.object({ file: z.string().min(1).max(500), group: z.string().max(500) })).max(MOST_CUTOUTS),
});
export type CutoutSet = z.infer<typeof cutoutSet>;

const cutoutNotes = z.object({ schema: z.literal('smearscope.cutouts/1'), sets: z.array(cutoutSet).max(100) });

/** A cut-out as it lies on disk. */
export type CutoutFile = {
  readonly file: string;
  readonly maskFile: string | undefined;
  readonly kind: number;
  readonly group: string;
  readonly set: number;
};

export type CutoutFolder = { readonly sets: readonly Omit<CutoutSet, 'cutouts'>[]; readonly files: readonly CutoutFile[] };

/** Of pictures that nobody wrote notes on. */
const UNTOLD = { name: 'without notes', licence: 'not said', glass: [240, 240, 240] as [number, number, number] };

const readNotes = async (dir: string): Promise<CutoutSet[]> => {
  const file = path.join(dir, NOTES);
  const text = await readTextIfThere(file, LIMITS.documentBytes, 'notes on the cut-outs');
  if (text === undefined) return [];
  try {
    return cutoutNotes.parse(JSON.parse(text)).sets;
  } catch (cause) {
    throw damaged(file, 'the notes on the cut-outs are damaged', 'correct them, or make the cut-outs again', cause);
  }
};

/**
 * The cut-outs of a folder, by kind and name: `KIND/NAME.png` with alpha, or with `NAME_mask.png` beside it. What `cutouts.json` does not list is taken to be
 * at `umPerPx`, on plain glass, each from a picture of its own. Faults: `data`.
 */
export const readCutoutFolder = async (dir: string, umPerPx: number): Promise<CutoutFolder> => {
  const noted = await readNotes(dir);
  const notes = new Map(
    noted.flatMap(({ cutouts }, set) => cutouts.map(({ file, group }) => [file, { set, group: `${set}/${group}` }] as const)),
  );
  const files: CutoutFile[] = [];
  for (const [kind, folder] of KIND_FOLDERS.entries()) {
    const names = (await filesOf(path.join(dir, folder))).filter((name) => PICTURE_NAME.test(name));
    const there = new Set(names);
    for (const name of names) {
      const stem = path.parse(name).name;
      if (stem.endsWith('_mask')) continue;
      const mask = `${stem}_mask.png`;
      const { set, group } = notes.get(`${folder}/${name}`) ?? { set: noted.length, group: `${noted.length}/${stem}` };
      files.push({
        file: path.join(dir, folder, name),
        maskFile: there.has(mask) ? path.join(dir, folder, mask) : undefined,
        kind,
        group,
        set,
      });
    }
  }
  if (files.length === 0)
    throw damaged(dir, `no cut-outs in it (folders ${KIND_FOLDERS.join(', ')})`, 'make some with compose cutouts, or check the path');
  if (files.length > MOST_CUTOUTS) throw damaged(dir, `more than ${MOST_CUTOUTS} cut-outs`, 'take some away');
  return { sets: [...noted.map(({ cutouts: _, ...set }) => set), { ...UNTOLD, umPerPx }], files };
};

/** Adds a set to a folder of cut-outs, in place of the one of that name; its files lie there already. */
export const addCutoutSet = async (dir: string, set: CutoutSet): Promise<void> => {
  const others = (await readNotes(dir)).filter(({ name }) => name !== set.name);
  const text = JSON.stringify({ schema: 'smearscope.cutouts/1', sets: [...others, set] }, undefined, 1);
  await writeFile(path.join(dir, `${NOTES}.part`), `${text}\n`);
  await rename(path.join(dir, `${NOTES}.part`), path.join(dir, NOTES));
};

/** Makes the folders of the kinds. Faults: `data` where it is no folder. */
export const makeCutoutFolder = async (dir: string): Promise<void> => {
  try {
    for (const kind of KIND_FOLDERS) await mkdir(path.join(dir, kind), { recursive: true });
    await readdir(dir);
  } catch (cause) {
    throw damaged(dir, 'the folder of the cut-outs cannot be made', 'give another --out', cause);
  }
};
