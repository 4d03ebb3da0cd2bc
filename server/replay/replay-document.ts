import { type LedgerEntry, replayLedger } from '../../domain/ledger.ts';
import type { ReplayDocument } from '../../domain/replay.ts';
import type { SessionFacts } from '../../domain/session.ts';
import { poissonInterval } from '../../domain/statistics.ts';
import { firstDifference } from './compare-ledgers.ts';

/** What a replay found, before it is laid beside what was counted. */
export type Replayed = Pick<ReplayDocument, 'replay' | 'model' | 'engine' | 'same' | 'looks' | 'answersAlike' | 'timing'> & {
  readonly classes: readonly string[];
  readonly ledger: readonly LedgerEntry[];
  /** Steps that the disk could not take while it was counted. */
  readonly lost: number;
};

const notesOn = ({ looks, lost, same }: Replayed, facts: SessionFacts, cut: number): string[] => [
  ...(lost > 0 ? [`${lost} steps were lost while it was counted, because the disk was too slow`] : []),
  ...(looks.answered > 0
    ? [
        `${looks.answered} of ${looks.total} runs have no pictures (nothing was recorded then, or the disk was full): their answers of then were taken`,
      ]
    : []),
  ...(looks.leftOut > 0
    ? [
        `${looks.leftOut} of ${looks.total} runs have no pictures (nothing was recorded then, or the disk was full): the other model was not asked of them`,
      ]
    : []),
  ...(same.model && facts.modelsBefore !== undefined
    ? ['the model was changed while it was counted; this is all of it with the last one']
    : []),
  ...(cut > 0 ? [`its process was killed ${cut} entries before the ledger of the day could be written`] : []),
];

/** Lays a replay beside what was counted. Where the process was killed, the ledger of the day may end before that of the replay. */
export const documentOf = (facts: SessionFacts, counted: readonly LedgerEntry[], replayed: Replayed, at: number): ReplayDocument => {
  const { classes, ledger, lost: _lost, ...rest } = replayed;
  const differs = firstDifference(counted, ledger);
  const cut = facts.endedAt === undefined ? Math.max(0, ledger.length - counted.length) : 0;
  const identical = differs === undefined && counted.length + cut === ledger.length;
  const [before, after] = [replayLedger(counted), replayLedger(ledger)];
  const total = (n: number) => ({ n, ...poissonInterval(n) });
  const names = [...new Set([...facts.classes, ...classes])];
  return {
    schema: 'smearscope.replay/1',
    session: facts.id,
    at,
    ...rest,
    ledger: {
      identical,
      counted: counted.length,
      replayed: ledger.length,
      ...(identical ? {} : { firstDifference: differs ?? Math.min(counted.length, ledger.length) + 1 }),
    },
    counts: Object.fromEntries(
      names.map((name) => [name, { counted: total(before.get(name) ?? 0), replayed: total(after.get(name) ?? 0) }]),
    ),
    notes: notesOn(replayed, facts, cut),
  };
};
