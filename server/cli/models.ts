import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleCard } from '../../domain/bundle-card.ts';
import type { ClassifierCard } from '../../domain/classifier-card.ts';
import { faultLine, toFault } from '../../domain/fault.ts';
import type { ModelChange, ModelsInUse } from '../../domain/models-in-use.ts';
import { isClassifier, loadClassifier } from '../../models/classify/load-classifier.ts';
import { INSTALLED_BUNDLES, loadBundle } from '../../models/runtime/bundle.ts';
import { modelsFolder } from '../training/known-sites.ts';
import { modelsInUseOf } from '../training/model-store.ts';
import type { CommandIo } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';

/** Folders beside the bundles hold other things: fields of known sites, halves of a copy. */
const NAME = /^(?!known-sites$)(?!.*\.part$)[a-z0-9][a-z0-9._-]{0,63}$/;
const SHIPPED = fileURLToPath(new URL('../../models/bundles/', import.meta.url));

export type ListedBundle = { readonly name: string; readonly card: BundleCard } | { readonly name: string; readonly fault: string };

const foldersIn = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
};

/** Names of the bundles that were brought in and of the shipped ones, classifiers or detectors alone. */
const bundleNames = async (folder: string, classifiers: boolean): Promise<string[]> => {
  const brought = [...(await foldersIn(folder)), ...(await foldersIn(INSTALLED_BUNDLES))].filter((name) => NAME.test(name));
  const names = [...new Set([...brought, ...(await foldersIn(SHIPPED))])].sort();
  const wanted = await Promise.all(names.map(async (name) => (await isClassifier(name, [folder])) === classifiers));
  return names.filter((_, at) => wanted[at]);
};

/** The detectors, each with its card or with what is wrong with it. */
export const listBundles = async (folder: string = INSTALLED_BUNDLES): Promise<ListedBundle[]> =>
  Promise.all(
    (await bundleNames(folder, false)).map((name) =>
      loadBundle(name, { searchIn: [folder] }).then(
        ({ card }) => ({ name, card }),
        (error: unknown) => ({ name, fault: faultLine(toFault(error)) }),
      ),
    ),
  );

type ListedClassifier = { readonly name: string; readonly card: ClassifierCard } | { readonly name: string; readonly fault: string };

/** The classifiers of single cells, likewise. */
const listClassifiers = async (folder: string): Promise<ListedClassifier[]> =>
  Promise.all(
    (await bundleNames(folder, true)).map((name) =>
      loadClassifier(name, [folder]).then(
        ({ card }) => ({ name, card }),
        (error: unknown) => ({ name, fault: faultLine(toFault(error)) }),
      ),
    ),
  );

const classifierText = (bundle: ListedClassifier): string => {
  if ('fault' in bundle) return `${bundle.name}  damaged: ${bundle.fault}\n`;
  const { card } = bundle;
  const facts = [
    `classifier of single cells: ${card.kinds.map(({ name }) => name).join(', ')}`,
    `${card.architecture}, ${(card.parameters / 1e6).toFixed(2)} M parameters, ${card.umPerPx} µm/px`,
    ...card.metrics.map(
      ({ data, split, cells, accuracy, balancedAccuracy }) =>
        `${data} ${split} (${cells} cells): balanced accuracy ${balancedAccuracy.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`,
    ),
    `trained on ${card.training.data.map(({ name, licence, fields }) => `${name} (${licence}, ${fields} cells)`).join('; ')}`,
    `licence ${card.licence}${card.researchOnly ? ', research only' : ''}`,
  ];
  return [`${bundle.name}  ${card.name} ${card.version}`, ...facts.map((fact) => `  ${fact}`), ''].join('\n');
};

const drawsText = ({ masks }: BundleCard): string[] => {
  if (masks === undefined) return ['draws no outlines'];
  const { planes, metrics, data, researchOnly } = masks;
  const nuclei = planes.includes('nucleus') ? ` (nuclei of ${masks.nucleated.join(', ')})` : '';
  const learned = `learned from ${data.map(({ name, licence }) => `${name} (${licence})`).join('; ')}${researchOnly ? '; research only' : ''}`;
  return [
    `draws ${planes.join(' and ')}${nuclei}, ${learned}`,
    ...metrics.map(({ data: name, images, plane, dice }) => `${name} (${images} images): ${plane} drawn with dice ${dice.toFixed(3)}`),
  ];
};

const asText = (bundle: ListedBundle): string => {
  if ('fault' in bundle) return `${bundle.name}  damaged: ${bundle.fault}\n`;
  const { card } = bundle;
  const facts = [
    `${card.architecture}, ${(card.parameters / 1e6).toFixed(2)} M parameters, ${card.umPerPx} µm/px, tiles of ${card.input.tilePx} px`,
    `classes ${card.classes.map((name, i) => `${name} ≥ ${card.thresholds.score[i]}`).join(', ')}`,
    ...card.metrics.map(
      (on) =>
        `${on.data} ${on.split} (${on.images} images): mAP ${on.mAP.toFixed(3)}, mAP50 ${on.mAP50.toFixed(3)}, mAR100 ${on.mAR100.toFixed(3)}`,
    ),
    ...(card.reduced ?? []).map(
      ({ precision, data, split, full, reduced }) =>
        `${precision} network: mAP50 ${reduced.mAP50.toFixed(3)} in place of ${full.mAP50.toFixed(3)} on ${data} ${split}`,
    ),
    ...drawsText(card),
    card.training.data.length === 0
      ? 'nothing is known of its training'
      : `trained on ${card.training.data.map((data) => `${data.name} (${data.licence}, ${data.fields} fields)`).join('; ')}`,
    `licence ${card.licence}${card.researchOnly ? ', research only' : ''}`,
  ];
  return [`${bundle.name}  ${card.name} ${card.version}`, ...facts.map((fact) => `  ${fact}`), ''].join('\n');
};

const changeLine = ({ at, kind, replaces, model, to }: ModelChange): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}  ${kind.padEnd(8)}${replaces} is ${model.name} ${model.version}${to === undefined ? ', the shipped one' : ''}\n`;

const inUseText = ({ inUse, history }: ModelsInUse): string =>
  history.length === 0
    ? ''
    : [
        '\nin use:\n',
        ...Object.entries(inUse).map(([name, folder]) => `${name} is ${folder}\n`),
        'history:\n',
        ...history.map(changeLine),
      ].join('');

/** Lists the bundles with the facts of their cards, which of them is in use in place of another, and how that came about. */
export const runModels = async (
  { json, dataDir }: { readonly json?: boolean; readonly dataDir?: string },
  io: CommandIo,
): Promise<undefined> => {
  const { configuration } = await configurationFrom({ dataDir });
  const folder = modelsFolder(resolve(configuration.dataDir));
  const bundles = await listBundles(folder);
  const classifiers = await listClassifiers(folder);
  const inUse = await modelsInUseOf(configuration.dataDir);
  if (json)
    io.stdout(`${JSON.stringify({ schema: 'smearscope.models/1', bundles, classifiers, inUse: inUse.inUse, history: inUse.history })}\n`);
  else
    io.stdout(
      bundles.length + classifiers.length === 0
        ? 'no bundles are installed: make one with train and export\n'
        : `${[...bundles.map(asText), ...classifiers.map(classifierText)].join('\n')}${inUseText(inUse)}`,
    );
};
