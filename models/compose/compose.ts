import { mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { FaultError } from '../../domain/fault.ts';
import type { CommandIo } from '../command-io.ts';
import { damaged } from '../datasets/bounded-read.ts';
import { DATASET_CARD } from '../datasets/dataset-card.ts';
import { allowsAnyUse } from '../export/allows-any-use.ts';
import { createProgress } from '../progress.ts';
import { BACKGROUND, CELL_KINDS, SPLITS, type SplitName } from './cell-kinds.ts';
import { addedKinds, backgroundKinds } from './combinations.ts';
import { type ComposePlan, type Unit, unitsOf } from './compose-plan.ts';
import type { ComposeAnswer, ComposeThreadData } from './compose-worker.ts';
import type { CutoutBank } from './cutout-bank.ts';
import { type CutoutFolder, readCutoutFolder } from './cutout-folder.ts';
import { type Gathered, gatherParts, isDone } from './gather-parts.ts';
import { loadBank } from './load-bank.ts';

export type ComposeOptions = {
  readonly cutouts: string;
  readonly out: string;
  readonly seed: number;
  readonly umPerPx: number;
  readonly counts: Readonly<Record<SplitName, number>>;
  readonly workers?: number | undefined;
  readonly cells: boolean;
};

export type Composed = {
  readonly out: string;
  readonly images: number;
  readonly made: number;
  readonly finished: boolean;
  /** Kinds of which there are no cut-outs, so that no picture shows one. */
  readonly missing: readonly string[];
  readonly result?: Gathered;
};

const CARD = 'compose.json';
/** Bytes on the disk of a picture with its mask, at most and usually; and of the map of its single cells. */
const MOST_IMAGE_BYTES = 130_000;
const USUAL_IMAGE_BYTES = 70_000;
const CELLS_BYTES = 6000;

/** What is known of a set before it is composed. The same cut-outs and flags give the same card. */
const cardOf = (plan: ComposePlan, { sets, files }: CutoutFolder, bank: CutoutBank, { seed, counts, umPerPx, cells }: ComposeOptions) => {
  const used = sets.filter((_, set) => files.some((file) => file.set === set));
  const licence = used.map((set) => set.licence).join('; ');
  const samples = SPLITS.filter((split) => counts[split] > 0).map((split) => {
    const own = bank.entries.filter((entry) => entry.split === split);
    return [
      split,
      Object.fromEntries(
        CELL_KINDS.slice(0, BACKGROUND).map(({ name }, kind) => [name, own.filter((entry) => entry.kind === kind).length]),
      ),
    ];
  });
  return {
    schema: 'smearscope.compose/1',
    command: `smearscope compose --seed ${seed} --um-per-px ${umPerPx} ${SPLITS.map((split) => `--${split} ${counts[split]}`).join(' ')}${cells ? ' --cells' : ''}`,
    plan,
    classes: CELL_KINDS.map(({ name, colour }, value) => ({ value, name, colour })),
    licence,
    researchOnly: !used.every((set) => allowsAnyUse(set.licence)),
    sources: used.map((set, i) => ({ ...set, cutouts: files.filter((file) => sets[file.set] === used[i]).length })),
    samples: Object.fromEntries(samples),
  };
};
type Card = ReturnType<typeof cardOf> & { readonly result?: Gathered };

const writeCard = async (out: string, card: object, name = CARD): Promise<void> => {
  await writeFile(path.join(out, `${name}.new`), `${JSON.stringify(card, undefined, 1)}\n`);
  await rename(path.join(out, `${name}.new`), path.join(out, name));
};

/** The card of what was begun in a folder; `undefined` where it is empty or not there. Faults: `data` where something else lies there. */
const begun = async (out: string): Promise<Card | undefined> => {
  const there = await readdir(out).catch(() => []);
  if (there.length === 0) return undefined;
  const text = await readFile(path.join(out, CARD), 'utf8').catch(() => undefined);
  if (text === undefined) throw damaged(out, 'the folder holds something else than a composed set', 'give another --out');
  return JSON.parse(text) as Card;
};

const checkDisk = async (out: string, images: number): Promise<void> => {
  const { bavail, bsize } = await statfs(out);
  if (bavail * bsize < images * MOST_IMAGE_BYTES)
    throw damaged(
      out,
      `too little room: ${images} pictures need up to ${((images * MOST_IMAGE_BYTES) / 1e9).toFixed(1)} GB`,
      'make room, or ask for fewer pictures',
    );
};

/** Gives units to threads until all are done or the signal says stop; a unit that was begun is ended. Resolves to how many were made. */
const runUnits = async (
  units: readonly Unit[],
  data: ComposeThreadData,
  workers: number,
  signal: AbortSignal | undefined,
  onUnit: (unit: Unit) => void,
) => {
  const waiting = units.values();
  let made = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./compose-worker.ts', import.meta.url), {
      workerData: data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    try {
      for (const unit of waiting) {
        if (signal?.aborted) return;
        const answer = await new Promise<ComposeAnswer>((resolve, reject) => {
          worker.removeAllListeners();
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.once('exit', () => reject(new Error('a thread ended before its work')));
          worker.postMessage(unit);
        });
        if (!answer.done)
          throw damaged(data.out, `pictures cannot be written (${answer.why})`, 'mend that and give the same command again: it goes on');
        made += unit.images;
        onUnit(unit);
      }
    } finally {
      worker.removeAllListeners();
      await worker.terminate();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(workers, units.length)) }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return made;
};

/**
 * Composes a set of labelled pictures from cut-outs. What was begun in `out` with the same plan is gone on with, and ends with the same bytes; so it does with
 * any number of workers. Faults: `data`, `usage`.
 */
export const compose = async (options: ComposeOptions, io: CommandIo): Promise<Composed> => {
  const { out, seed, umPerPx, counts, cells } = options;
  const wanted = SPLITS.filter((split) => counts[split] > 0);
  if (wanted.length === 0)
    throw new FaultError({ kind: 'usage', what: 'no picture is asked for', remedy: 'give --train, --validate or --test a number' });
  const before = await begun(out);
  const folder = await readCutoutFolder(options.cutouts, umPerPx);
  const kinds = new Set(folder.files.map((file) => file.kind));
  const backgrounds = backgroundKinds(kinds);
  if (backgrounds.length === 0)
    throw damaged(options.cutouts, 'no red cells to make backgrounds of', 'add cut-outs to healthy-red-cell or infected-red-cell');
  const bank = await loadBank(folder, { umPerPx, seed, splits: wanted, signal: io.signal });
  const plan: ComposePlan = { seed, umPerPx, counts, cutouts: bank.sha256, backgrounds, added: addedKinds(kinds), cells };
  if (before !== undefined && JSON.stringify(before.plan) !== JSON.stringify(plan))
    throw damaged(
      out,
      'another set was begun there, of other cut-outs or with other flags',
      'give another --out, or the flags in its compose.json',
    );
  const added = new Set([...kinds, ...plan.added]);
  const missing = CELL_KINDS.slice(0, BACKGROUND).filter((_, kind) => !added.has(kind));
  const units = unitsOf(plan);
  const images = units.reduce((sum, unit) => sum + unit.images, 0);
  const about = { out, images, missing: missing.map(({ name }) => name) };
  if (before?.result !== undefined) return { ...about, made: 0, finished: true, result: before.result };
  for (const split of wanted)
    for (const name of ['images', 'masks', ...(cells ? ['cells'] : [])]) await mkdir(path.join(out, name, split), { recursive: true });
  await mkdir(path.join(out, 'annotations'), { recursive: true });
  await mkdir(path.join(out, 'parts'), { recursive: true });
  const card = cardOf(plan, folder, bank, options);
  await writeCard(out, card);
  const open: Unit[] = [];
  for (const unit of units) if (before === undefined || !(await isDone(out, plan, unit))) open.push(unit);
  const left = open.reduce((sum, unit) => sum + unit.images, 0);
  await checkDisk(out, left);
  const gigabytes = (left * (USUAL_IMAGE_BYTES + (cells ? CELLS_BYTES : 0))) / 1e9;
  io.progress(`${left} of ${images} pictures to compose, about ${gigabytes.toFixed(1)} GB`);
  if (missing.length > 0)
    io.progress(`no cut-outs of ${about.missing.join(', ')}: no picture will show any; put some into ${options.cutouts}, or leave it so`);
  let done = images - left;
  const progress = createProgress(io, 'image', done);
  const made = await runUnits(open, { bank, plan, out }, options.workers ?? availableParallelism(), io.signal, (unit) => {
    done += unit.images;
    progress.at(done, images);
  }).finally(progress.end);
  if (made < left) return { ...about, made: done, finished: false };
  const result = await gatherParts(out, plan, card.licence);
  const classes = CELL_KINDS.slice(0, BACKGROUND).map(({ name }) => name);
  await writeCard(
    out,
    { schema: 'smearscope.dataset/1', format: 'coco', classes, umPerPx, source: 'composed of single cells', licence: card.licence },
    DATASET_CARD,
  );
  await writeCard(out, { ...card, result });
  await rm(path.join(out, 'parts'), { recursive: true });
  return { ...about, made: done, finished: true, result };
};
