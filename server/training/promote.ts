import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { BundleComparison, ModelChange } from '../../domain/models-in-use.ts';
import { readFieldNotes } from '../../models/datasets/field-notes.ts';
import { compareBundles, type JudgedSet } from '../../models/from-sessions/judge-bundle.ts';
import { type Bundle, loadBundle } from '../../models/runtime/bundle.ts';
import { BUNDLE_FIELDS, heldBackOf, knownSides, knownSites, modelsFolder, shippedSite } from './known-sites.ts';
import { putInUse } from './model-store.ts';

export type PromoteOptions = {
  readonly dataDir: string;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** The name that it is to stand in for. */
  readonly replace: string;
  /** Further folders of labelled fields that it must not be worse on. */
  readonly known?: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
};

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

/** The fields that a bundle brings along, checked: whole slides were held back, and none of them was trained on by a bundle before it. */
const ownSet = async ({ dir, card }: Bundle): Promise<JudgedSet | undefined> => {
  const fields = join(dir, BUNDLE_FIELDS);
  if ((await readdir(fields).catch(() => [])).length === 0) return undefined;
  const notes = await readFieldNotes(fields);
  if (notes?.practice)
    throw refuse(`${card.name} ${card.version} was made for practice, of fields by which bundles are judged`, 'train one on real sessions');
  if (notes?.heldBack === 'blocks')
    throw refuse(
      `${card.name} ${card.version} was taught a single slide: no slide was held back to judge it by`,
      'review a second slide and train again, or serve it with --model',
    );
  return heldBackOf(fields, 'held-back slides', 'held back', card.classes);
};

type Sets = { readonly was: Bundle; readonly now: Bundle; readonly sets: readonly JudgedSet[] };

const setsFor = async ({ dataDir, bundle, replace, known = [] }: PromoteOptions): Promise<Sets> => {
  const was = await loadBundle(replace, { searchIn: [modelsFolder(dataDir)] });
  const now = await loadBundle(bundle);
  const { classes } = was.card;
  if (String(now.card.classes) !== String(classes))
    throw refuse(
      `${now.card.name} ${now.card.version} has the classes ${now.card.classes.join(', ')}, ${replace} has ${classes.join(', ')}`,
      'promote a bundle of the same classes in the same order',
    );
  const own = await ownSet(now);
  if (own === undefined && known.length === 0)
    throw refuse(
      `${bundle} brings no held-back slides to judge it by`,
      'make it with train --from-session, or name labelled fields that it was not trained on with --known DIR',
    );
  const ownSlides = await knownSides(own === undefined ? [] : [{ name: 'own', dir: join(now.dir, BUNDLE_FIELDS) }]);
  const sets: JudgedSet[] = own === undefined ? [] : [own];
  const shipped = await shippedSite(classes);
  if (shipped !== undefined) sets.push(shipped);
  for (const site of await knownSites(dataDir)) {
    const slides = [...(await knownSides([site]))].filter(([, side]) => side === 'test').map(([slide]) => slide);
    // The same slides, reviewed further, are judged once, as they are now.
    if (slides.length > 0 && slides.every((slide) => ownSlides.get(slide) === 'test')) continue;
    sets.push(await heldBackOf(site.dir, site.name, 'known', classes));
  }
  for (const dir of known) sets.push(await heldBackOf(dir, dir, 'known', classes));
  return { was, now, sets };
};

/** How a bundle does beside the one in use, on its held-back slides and on every site that is known. Faults: `usage`, `bundle`, `data`. */
export const compareForPromotion = async (options: PromoteOptions): Promise<BundleComparison & { readonly bundle: Bundle }> => {
  const { was, now, sets } = await setsFor(options);
  return { ...(await compareBundles(was, now, sets, options.onProgress)), bundle: now };
};

/** Promotes a bundle where it is nowhere worse by more than a point; else tells the figures and changes nothing. */
export const promote = async (
  options: PromoteOptions,
  now: () => number,
): Promise<{ readonly comparison: BundleComparison; readonly change?: ModelChange }> => {
  const { bundle, ...comparison } = await compareForPromotion(options);
  if (comparison.against.length > 0) return { comparison };
  return { comparison, change: await putInUse(options.dataDir, options.replace, bundle, comparison, now()) };
};
