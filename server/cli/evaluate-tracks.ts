import { FaultError } from '../../domain/fault.ts';
import type { TrackMetrics } from '../../domain/track-document.ts';
import { evaluateTracks } from '../../models/evaluate/track/evaluate-tracks.ts';
import type { CommandIo } from './command-io.ts';

export type TrackFlags = { readonly truth?: string | undefined; readonly result?: string | undefined; readonly json?: boolean };

const COLUMNS = ['HOTA', 'DetA', 'AssA', 'LocA', 'IDF1', 'IDP', 'IDR', 'MOTA', 'MOTP', 'IDSW', 'Frag'] as const;
const COUNTED: ReadonlySet<string> = new Set(['IDSW', 'Frag']);

/** Shares in percent, counts as they are. */
const cells = (name: string, metrics: TrackMetrics): string[] => [
  name,
  ...COLUMNS.map((column) => (COUNTED.has(column) ? String(metrics[column]) : (100 * metrics[column]).toFixed(2))),
];

/** Judges tracks against their truth. Faults: `usage`, `data`. */
export const runEvaluateTracks = async ({ truth, result, json }: TrackFlags, io: CommandIo): Promise<void> => {
  if (truth === undefined || result === undefined)
    throw new FaultError({
      kind: 'usage',
      what: `--task track lacks ${truth === undefined ? '--truth' : '--result'}`,
      remedy: 'give two files of MOTChallenge text, or two folders',
    });
  const document = await evaluateTracks(truth, result);
  if (json) {
    io.stdout(`${JSON.stringify(document)}\n`);
    return;
  }
  const names = Object.entries(document.sequences);
  const rows = [
    ['sequence', ...COLUMNS],
    ...names.map(([name, metrics]) => cells(name, metrics)),
    ...(names.length > 1 ? [cells('all', document)] : []),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  io.stdout(
    rows.map((row) => `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}\n`).join(''),
  );
};
