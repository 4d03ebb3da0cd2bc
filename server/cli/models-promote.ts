import { resolve } from 'node:path';
import type { BundleComparison } from '../../domain/models-in-use.ts';
import { goBack } from '../training/model-store.ts';
import { promote } from '../training/promote.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { createProgress } from './progress.ts';

type Common = { readonly replace: string; readonly dataDir?: string; readonly json?: boolean };
export type PromoteFlags = Common & { readonly bundle: string; readonly known?: readonly string[] };

const dataDirOf = async (dataDir: string | undefined): Promise<string> =>
  resolve((await configurationFrom({ dataDir })).configuration.dataDir);

const percent = (share: number): string => `${(share * 100).toFixed(1)}`.padStart(6);

/** The figures of two bundles on each set, in columns. */
export const comparisonTable = ({ was, now, sets }: BundleComparison): string => {
  const wide = Math.max(20, ...sets.map(({ name }) => Math.min(48, name.length)));
  const rows = sets.map(({ name, fields, was: then, now: since, worse }) =>
    `${name.slice(-wide).padEnd(wide)} ${String(fields).padStart(6)}  ${percent(then.mAP50)} ${percent(since.mAP50)}   ${percent(then.countError)} ${percent(since.countError)}  ${worse.length === 0 ? '' : 'worse'}`.trimEnd(),
  );
  return [
    `${was.name} ${was.version} (in use) and ${now.name} ${now.version} (new)`,
    `${''.padEnd(wide)} fields   mAP50 in use, new   counts off % in use, new`,
    ...rows,
    '',
  ].join('\n');
};

/** Puts a bundle in the place of the one in use where it is nowhere worse by more than a point. */
export const runModelsPromote = async ({ bundle, replace, known, dataDir, json }: PromoteFlags, io: CommandIo): Promise<CommandResult> => {
  const progress = createProgress(io);
  const { comparison, change } = await promote(
    {
      dataDir: await dataDirOf(dataDir),
      bundle: resolve(bundle),
      replace,
      known: (known ?? []).map((dir) => resolve(dir)),
      onProgress: (done, total) => {
        io.signal.throwIfAborted();
        progress.say(() => `judging field ${done} of ${total}`);
      },
    },
    Date.now,
  ).finally(() => progress.end());
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.promotion/1', promoted: change !== undefined, comparison, change })}\n`);
  else io.stdout(comparisonTable(comparison));
  if (change === undefined)
    return {
      stopped: `not promoted: worse by more than a point (${comparison.against.join('; ')}); serve it with --model ${bundle} if you want it all the same`,
    };
  if (!json) io.stdout(`${change.model.name} ${change.model.version} stands in for ${replace}; models back takes it away again\n`);
};

/** Goes back to the bundle that was in use before. */
export const runModelsBack = async ({ replace, dataDir, json }: Common, io: CommandIo): Promise<undefined> => {
  const change = await goBack(await dataDirOf(dataDir), replace, Date.now());
  io.stdout(
    json
      ? `${JSON.stringify({ schema: 'smearscope.promotion/1', promoted: false, change })}\n`
      : `${replace} is ${change.model.name} ${change.model.version} again\n`,
  );
};
