import { resolve } from 'node:path';
import type { CountComparison, CountDifference, ReplayDocument } from '../../domain/replay.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { compareSides } from '../replay/counted-side.ts';
import { listReplays } from '../replay/replay-store.ts';
import { foundSession, runReplay } from '../replay/run-replay.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { createProgress } from './progress.ts';

type Flags = { readonly id: string; readonly dataDir?: string; readonly json?: boolean };

const dataDirOf = async ({ dataDir }: Flags): Promise<string> => {
  const values: ConfigurationValues = dataDir === undefined ? {} : { dataDir };
  return resolve((await configurationFrom(values)).configuration.dataDir);
};

const total = ({ n, low, high }: { readonly n: number; readonly low: number; readonly high: number }): string =>
  `${n} (${low.toFixed(1)}–${high.toFixed(1)})`;

const said = ({ replay, model, engine, same, looks, answersAlike, ledger, counts, notes, timing }: ReplayDocument): string[] => [
  `${replay}: ${model.name} ${model.version} on ${engine}${same.model && same.engine ? ', as counted' : ''}`,
  ...Object.entries(counts).map(([name, one]) => `${name.padEnd(12)}counted ${total(one.counted)}, again ${total(one.replayed)}`),
  `${looks.again} runs of the network on the pictures that were kept, ${answersAlike} with the answer of then`,
  ledger.identical
    ? `the ledger is identical, all ${ledger.counted} entries`
    : `the ledgers differ from entry ${ledger.firstDifference} on (${ledger.counted} entries counted, ${ledger.replayed} again)`,
  ...notes,
  `${(timing.elapsedMs / 1000).toFixed(1)} s for ${timing.frames} frames, ${timing.framesPerS.toFixed(0)} frames/s`,
];

export const runSessionsReplay = async (
  flags: Flags & { readonly model?: string; readonly engine?: string },
  io: CommandIo,
): Promise<CommandResult> => {
  const { id, json, model, engine } = flags;
  const line = createProgress(io);
  let far = '';
  try {
    const document = await runReplay(
      await dataDirOf(flags),
      id,
      { ...(model && { model }), ...(engine && { engine }) },
      {
        signal: io.signal,
        progress: (done, of, text) => {
          far = `${done} of ${of} runs, ${text}`;
          line.say(() => far);
        },
      },
    );
    line.end();
    io.stdout(json ? `${JSON.stringify(document)}\n` : `${said(document).join('\n')}\n`);
    return undefined;
  } catch (error) {
    line.end();
    if (io.signal.aborted) return { stopped: `stopped after ${far}: nothing of it is kept` };
    throw error;
  }
};

export const runSessionsReplays = async (flags: Flags, io: CommandIo): Promise<void> => {
  const replays = await listReplays(await foundSession(await dataDirOf(flags), flags.id));
  if (flags.json) io.stdout(`${JSON.stringify({ schema: 'smearscope.replays/1', session: flags.id, replays })}\n`);
  else io.stdout(replays.length === 0 ? 'it was not counted again yet\n' : `${replays.map((one) => said(one).join('\n')).join('\n\n')}\n`);
};

const place = ({ kind, island, a, b }: CountDifference): string => {
  const [x0, y0, x1, y1] = (a ?? b)!.box;
  const at = `piece ${island} at ${x0.toFixed(1)}, ${y0.toFixed(1)} to ${x1.toFixed(1)}, ${y1.toFixed(1)}`;
  const words = {
    onlyA: `only A: ${a?.class} #${a?.id}`,
    onlyB: `only B: ${b?.class} #${b?.id}`,
    class: `A ${a?.class} #${a?.id}, B ${b?.class} #${b?.id}`,
  };
  return `${words[kind].padEnd(36)} ${at}`;
};

const table = ({ a, b, matched, onlyA, onlyB, otherClass, perClass, differences, total: all }: CountComparison): string[] => [
  `A: ${a}, B: ${b}`,
  `${matched} cells matched, ${otherClass} of them of another class; ${onlyA} only in A, ${onlyB} only in B`,
  ...perClass.map(
    (one) =>
      `${one.class.padEnd(12)}A ${total(one.a)}, B ${total(one.b)}; only A ${one.onlyA}, only B ${one.onlyB}, other class ${one.otherClass}`,
  ),
  ...differences.map(place),
  ...(differences.length < all ? [`… and ${all - differences.length} more`] : []),
];

export const runSessionsCompare = async (flags: Flags & { readonly a: string; readonly b?: string }, io: CommandIo): Promise<void> => {
  const folder = await foundSession(await dataDirOf(flags), flags.id);
  const b = flags.b ?? (await listReplays(folder))[0]?.replay ?? '1';
  const comparison = await compareSides(folder, { a: flags.a, b });
  io.stdout(flags.json ? `${JSON.stringify(comparison)}\n` : `${table(comparison).join('\n')}\n`);
};
