import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { FaultError, isFault } from '../../domain/fault.ts';
import type { CommandIo as ModelIo } from '../../models/command-io.ts';
import { openDataset } from '../../models/datasets/open-dataset.ts';
import { writeDataset } from '../../models/datasets/write-dataset.ts';
import { runExport } from '../../models/export/export.ts';
import { NEW_SITE, sessionRecipe } from '../../models/from-sessions/session-recipe.ts';
import { settleWeights } from '../../models/from-sessions/settle-weights.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import { redrawMasks } from '../../models/segment/redraw-masks.ts';
import { runTrain, type TrainSummary } from '../../models/train/train.ts';
import { RECIPE, type TrainOptions, trainOptions, trainRecipe } from '../../models/train/train-options.ts';
import { listSessionIds, sessionFolder } from '../sessions/session-folder.ts';
import { BUNDLE_FIELDS, knownSides, knownSites, modelsFolder } from './known-sites.ts';
import { type SessionDataset, type SessionDatasetOptions, sessionDataset } from './session-dataset.ts';
import { readSessionFields, type SessionFields } from './session-fields.ts';

export type FromSessions = Pick<SessionDatasetOptions, 'oneSlide' | 'practice' | 'mostFields'> & {
  readonly dataDir: string;
  /** Ids of sessions, or `all` alone for every one that somebody corrected. */
  readonly sessions: readonly string[];
};

export type TrainFromSessions = FromSessions & {
  /** Name or folder of the bundle that the training starts from. */
  readonly base: string;
  readonly out: string;
  readonly bundle: string;
} & Partial<Pick<TrainOptions, 'minutes' | 'memory' | 'backend' | 'resume'>> & { readonly epochs?: number | undefined };

/** Folder of the run that teaches the outlines again. */
const MASKS_RUN = 'masks';

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

const readNamed = async (dataDir: string, ids: readonly string[]): Promise<SessionFields[]> => {
  const there = new Set(await listSessionIds(dataDir));
  const read: SessionFields[] = [];
  for (const id of new Set(ids)) {
    const folder = there.has(id) ? sessionFolder(dataDir, id) : undefined;
    if (folder === undefined) throw refuse(`no session ${id} in ${dataDir}`, 'smearscope sessions list names them');
    read.push(readSessionFields(id, folder));
    await breathe();
  }
  return read;
};

/** Every session that something can be learned from; those that cannot be read, or show the virtual microscope, are left out and told. */
const readAll = async (dataDir: string, practice: boolean, say: (line: string) => void): Promise<SessionFields[]> => {
  const read: SessionFields[] = [];
  for (const id of await listSessionIds(dataDir)) {
    try {
      const session = readSessionFields(id, sessionFolder(dataDir, id)!);
      if (session.fields.length === 0) continue;
      if (!practice && session.facts.source.startsWith('simulate:')) say(`${id} shows the virtual microscope and is left out`);
      else read.push(session);
    } catch (error) {
      if (!isFault(error)) throw error;
      say(`${id} is left out: ${error.fault.kind === 'internal' ? String(error) : error.message}`);
    }
    await breathe();
  }
  return read;
};

/** What sessions teach, with whole slides held back. Faults: `usage`, `data`. */
export const gatherSessions = async (options: FromSessions, say: (line: string) => void): Promise<SessionDataset> => {
  const { dataDir, sessions, practice = false } = options;
  const isAll = sessions.length === 1 && sessions[0] === 'all';
  const read = isAll ? await readAll(dataDir, practice, say) : await readNamed(dataDir, sessions);
  if (read.length === 0) throw refuse(`no corrected session in ${dataDir}`, 'review some fields of a session first');
  const gathered = sessionDataset(read, { ...options, known: await knownSides(await knownSites(dataDir)) });
  const { dataset, slides, corrections, notes } = gathered;
  const fieldsOn = (side: string): number => dataset.splits.find(({ name }) => name === side)?.fields.length ?? 0;
  say(
    `${fieldsOn('train')} fields to learn from, ${fieldsOn('val')} to choose by, ${fieldsOn('test')} to judge by, ${corrections} corrected cells; ${
      notes.heldBack === 'slides'
        ? `held-back slides: ${slides.test.join(', ')}`
        : 'one slide alone: blocks of it are held back, figures from them are not of held-back slides'
    }`,
  );
  return gathered;
};

/** Writes the data set of sessions into a new folder. */
export const writeSessionDataset = async (
  options: FromSessions & { readonly out: string },
  say: (line: string) => void,
): Promise<SessionDataset> => {
  const gathered = await gatherSessions(options, say);
  await writeDataset('coco', options.out, gathered.dataset, {});
  return gathered;
};

const hasFields = async (dir: string): Promise<boolean> => (await readdir(dir).catch(() => [])).length > 0;

/** A version of its own for what a bundle becomes: that of the base, and when. */
const nextVersion = (version: string, nowMs: number): string => {
  const [day, time] = new Date(nowMs).toISOString().split('T');
  return `${version.split('+')[0]!.slice(0, 20)}+${day!.replaceAll('-', '')}-${time!.slice(0, 5).replace(':', '')}`;
};

/**
 * Teaches a bundle what people corrected in sessions: writes the data set into `out/fields`, trains, and makes a bundle that carries the data
 * set with it. Stopped on the way, it goes on with `resume`. Faults: `usage`, `data`, `bundle`, `engine`.
 */
export const trainFromSessions = async (options: TrainFromSessions, io: ModelIo): Promise<TrainSummary> => {
  const { dataDir, base, minutes, memory, backend, epochs } = options;
  const out = resolve(options.out);
  const fields = join(out, 'fields');
  const resume = options.resume === true && existsSync(join(out, RECIPE));
  await mkdir(out, { recursive: true });
  const startFrom = await loadBundle(base, { searchIn: [modelsFolder(dataDir)] });
  if (!(await hasFields(fields))) await writeSessionDataset({ ...options, out: fields }, io.progress);
  const set = await openDataset(fields, { format: 'coco' });
  if (String(set.classes) !== String(startFrom.card.classes))
    throw refuse(
      `the sessions have the classes ${set.classes.join(', ')}, ${base} has ${startFrom.card.classes.join(', ')}`,
      'start from the bundle that they were counted with',
    );
  const known = resume ? undefined : await sessionRecipe({ base: startFrom, fields, known: await knownSites(dataDir) });
  const recipe = known === undefined ? trainRecipe.parse(JSON.parse(await readFile(join(out, RECIPE), 'utf8'))) : known;
  const given = { out, dataRoot: out, base: startFrom.dir, minutes, memory, backend, resume };
  const summary = await runTrain(
    trainOptions.parse({ ...given, recipe: resume || epochs === undefined ? recipe : { ...recipe, epochs } }),
    io,
  );
  if (!summary.finished) return summary;
  const bundle = resolve(options.bundle);
  // Without fields of the site that choose, the best on the known ones would be where it began.
  const checkpoint = set.splits.some(({ name }) => name === 'val') && summary.best !== undefined ? 'best' : 'newest';
  const { run, share, thresholds } = await settleWeights({ out, recipe, checkpoint }, startFrom, (name) => name !== NEW_SITE, io);
  io.progress(
    share === 0
      ? 'nothing was learned that does not cost a known site: the weights stay those of the base'
      : `weights at ${Math.round(share * 100)} % of the way from the base to what was learned, thresholds ${thresholds.join(', ')}`,
  );
  await runExport(
    {
      run,
      checkpoint: 'best',
      dataRoot: out,
      out: bundle,
      version: nextVersion(startFrom.card.version, io.nowMs()),
      base: startFrom.dir,
      thresholds: [...thresholds],
    },
    io,
  );
  await redrawMasks({ bundle, before: startFrom.dir, recipe, dataRoot: out, out: join(out, MASKS_RUN), ...(backend && { backend }) }, io);
  await rm(join(bundle, `${BUNDLE_FIELDS}.part`), { recursive: true, force: true });
  await cp(fields, join(bundle, `${BUNDLE_FIELDS}.part`), { recursive: true });
  await rm(join(bundle, BUNDLE_FIELDS), { recursive: true, force: true });
  await rename(join(bundle, `${BUNDLE_FIELDS}.part`), join(bundle, BUNDLE_FIELDS));
  io.progress(`the bundle is in ${bundle}: promote it with models promote ${bundle}`);
  return summary;
};
