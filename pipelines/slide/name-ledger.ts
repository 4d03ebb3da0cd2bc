import type { LedgerEntry as NamedEntry } from '../../domain/ledger.ts';
import type { LedgerEntry } from './cell.ts';

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The ledger as it is exported, its entries from number `from` to `to`: classes by name, places to a tenth of a pixel. */
export const nameLedger = (ledger: readonly LedgerEntry[], classes: readonly string[], from = 1, to = ledger.length): NamedEntry[] =>
  ledger.slice(from - 1, to).map(({ atMs, kind, cell, classIndex, was, other, island, box, reason }, i) => ({
    n: from + i,
    atMs: tenth(atMs),
    kind,
    cell,
    class: classes[classIndex] ?? String(classIndex),
    ...(was === undefined ? {} : { was: classes[was] ?? String(was) }),
    ...(other === undefined ? {} : { other }),
    island,
    box: [tenth(box[0]), tenth(box[1]), tenth(box[2]), tenth(box[3])],
    reason,
  }));
