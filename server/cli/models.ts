import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BundleCard } from '../../domain/bundle-card.ts';
import { faultLine, toFault } from '../../domain/fault.ts';
import { INSTALLED_BUNDLES, loadBundle } from '../../models/runtime/bundle.ts';
import type { CommandIo } from './command-io.ts';

const SHIPPED = fileURLToPath(new URL('../../models/bundles/', import.meta.url));

export type ListedBundle = { readonly name: string; readonly card: BundleCard } | { readonly name: string; readonly fault: string };

const foldersIn = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
};

/** The bundles that were brought in and the shipped ones, each with its card or with what is wrong with it. */
export const listBundles = async (): Promise<ListedBundle[]> => {
  const names = [...new Set([...(await foldersIn(INSTALLED_BUNDLES)), ...(await foldersIn(SHIPPED))])];
  return Promise.all(
    names.sort().map(async (name) =>
      loadBundle(name).then(
        ({ card }) => ({ name, card }),
        (error: unknown) => ({ name, fault: faultLine(toFault(error)) }),
      ),
    ),
  );
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
    card.training.data.length === 0
      ? 'nothing is known of its training'
      : `trained on ${card.training.data.map((data) => `${data.name} (${data.licence}, ${data.fields} fields)`).join('; ')}`,
    `licence ${card.licence}${card.researchOnly ? ', research only' : ''}`,
  ];
  return [`${bundle.name}  ${card.name} ${card.version}`, ...facts.map((fact) => `  ${fact}`), ''].join('\n');
};

/** Lists the bundles with the facts of their cards. */
export const runModels = async ({ json }: { readonly json?: boolean }, io: CommandIo): Promise<undefined> => {
  const bundles = await listBundles();
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.models/1', bundles })}\n`);
  else io.stdout(bundles.length === 0 ? 'no bundles are installed: make one with train and export\n' : bundles.map(asText).join('\n'));
};
