import { z } from 'zod';
import { csvLine } from './csv.ts';

/**
 * What can become of a counted cell. `counted`, `split` and `readmitted` add one to the entry's class; `merged`, `withdrawn` and
 * `excluded` take one from it; `reclassified` takes one from `was` and adds it to the entry's class.
 */
export const ledgerKind = z.enum(['counted', 'split', 'merged', 'reclassified', 'withdrawn', 'excluded', 'readmitted']);
export type LedgerKind = z.infer<typeof ledgerKind>;

/** One decision on one cell. Entries are only ever appended: a change of an earlier decision is a further entry. */
export const ledgerEntry = z.strictObject({
  /** Number of the entry, from 1, without gaps. */
  n: z.int().min(1),
  /** Capture time of the frame that the decision was taken on. */
  atMs: z.number(),
  kind: ledgerKind,
  cell: z.int().min(1),
  class: z.string().max(40),
  /** The class before, where it was `reclassified`. */
  was: z.string().max(40).optional(),
  /** The cell that it was merged into, or split from. */
  other: z.int().min(1).optional(),
  /** Where the cell was then: piece of the map, and box in camera pixels on it. */
  island: z.int().min(1),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  reason: z.string().max(1000),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

const EFFECT: Record<LedgerKind, number> = {
  counted: 1,
  split: 1,
  readmitted: 1,
  reclassified: 1,
  merged: -1,
  withdrawn: -1,
  excluded: -1,
};

/** The totals that a ledger's entries add up to, for each class that it names. */
export const replayLedger = (entries: Iterable<LedgerEntry>): Map<string, number> => {
  const totals = new Map<string, number>();
  const add = (name: string, by: number): void => {
    totals.set(name, (totals.get(name) ?? 0) + by);
  };
  for (const { kind, class: name, was } of entries) {
    add(name, EFFECT[kind]);
    if (kind === 'reclassified' && was !== undefined) add(was, -1);
  }
  return totals;
};

/** One JSON document a line. */
export const ledgerLines = (entries: readonly LedgerEntry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

const COLUMNS = ['n', 'at_ms', 'kind', 'cell', 'class', 'was', 'other', 'island', 'x0', 'y0', 'x1', 'y1', 'reason'];

/** The ledger as CSV, boxes in camera pixels of their island. */
export const ledgerCsv = (entries: readonly LedgerEntry[]): string =>
  csvLine(COLUMNS) +
  entries
    .map(({ n, atMs, kind, cell, class: name, was, other, island, box, reason }) =>
      csvLine([n, atMs, kind, cell, name, was, other, island, ...box, reason]),
    )
    .join('');
