import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { FaultError } from '../../../domain/fault.ts';
import type { TrackDocument, TrackMetrics } from '../../../domain/track-document.ts';
import { type ClearSums, clearOf, clearSums } from './clear.ts';
import { type HotaSums, hotaOf, hotaSums } from './hota.ts';
import { type IdentitySums, identityOf, identitySums } from './identity.ts';
import { type MotRow, readMotText } from './mot-text.ts';
import { trackSequence } from './track-sequence.ts';

/** What the metrics of a sequence are made from; of several sequences together too. */
export type TrackSums = { readonly hota: HotaSums; readonly identity: IdentitySums; readonly clear: ClearSums };

export const trackSums = (truth: readonly MotRow[], result: readonly MotRow[]): TrackSums => {
  const sequence = trackSequence(truth, result);
  return { hota: hotaSums(sequence), identity: identitySums(sequence), clear: clearSums(sequence) };
};

/** HOTA, IDF1 and CLEAR over all given sequences, as TrackEval combines them. */
export const trackMetricsOf = (sequences: readonly TrackSums[]): TrackMetrics => ({
  ...hotaOf(sequences.map(({ hota }) => hota)),
  ...identityOf(sequences.map(({ identity }) => identity)),
  ...clearOf(sequences.map(({ clear }) => clear)),
});

const refuse = (path: string, what: string, remedy: string, cause?: unknown): FaultError =>
  new FaultError({ kind: 'data', path, what, remedy }, cause === undefined ? undefined : { cause });

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw refuse(path, 'there is no such file or folder', 'give MOTChallenge text, or a folder of it', cause);
  }
};

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Truth files of a folder by sequence: `NAME.txt`, or `NAME/gt/gt.txt` as MOTChallenge lays them out. */
const truthFiles = async (dir: string): Promise<Map<string, string>> => {
  const files = new Map<string, string>();
  for (const entry of (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const laidOut = join(dir, entry.name, 'gt', 'gt.txt');
    if (entry.isFile() && entry.name.endsWith('.txt')) files.set(parse(entry.name).name, join(dir, entry.name));
    else if (entry.isDirectory() && (await isFile(laidOut))) files.set(entry.name, laidOut);
  }
  if (files.size === 0) throw refuse(dir, 'there is no truth in it', 'put NAME.txt or NAME/gt/gt.txt there');
  return files;
};

const pairFiles = async (truth: string, result: string): Promise<{ name: string; truth: string; result: string }[]> => {
  const folders = [await isFolder(truth), await isFolder(result)];
  if (folders[0] !== folders[1])
    throw refuse(folders[0] ? result : truth, 'truth and result are not of one kind', 'give two files or two folders');
  if (!folders[0]) return [{ name: parse(basename(truth)).name, truth, result }];
  return Promise.all(
    [...(await truthFiles(truth))].map(async ([name, path]) => {
      const found = join(result, `${name}.txt`);
      if (!(await isFile(found)))
        throw refuse(found, 'the result of a sequence is missing', `write one for ${name}, empty where nothing was tracked`);
      return { name, truth: path, result: found };
    }),
  );
};

/**
 * Judges tracking results against their truth, both MOTChallenge text: two files, or two folders with a file for each sequence. A result without a truth
 * of its name is not looked at. As TrackEval without preprocessing: classes are not heeded. Faults: `data`.
 */
export const evaluateTracks = async (truth: string, result: string): Promise<TrackDocument> => {
  const sequences: [string, TrackSums][] = [];
  for (const pair of await pairFiles(truth, result)) {
    const real = readMotText(await readFile(pair.truth, 'utf8'), pair.truth, 'truth');
    const tracked = readMotText(await readFile(pair.result, 'utf8'), pair.result, 'result');
    sequences.push([pair.name, trackSums(real, tracked)]);
  }
  return {
    schema: 'smearscope.track/1',
    truth,
    result,
    ...trackMetricsOf(sequences.map(([, sums]) => sums)),
    sequences: Object.fromEntries(sequences.map(([name, sums]) => [name, trackMetricsOf([sums])])),
  };
};
