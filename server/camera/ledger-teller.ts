import { nameLedger } from '../../pipelines/slide/name-ledger.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import type { NewsChannel } from './news-channel.ts';

/** Tells the server what was added to the ledger. */
export type LedgerTeller = {
  /** Tells what is new since the last time; nothing when nothing is. */
  tell(): void;
  /** Counting began anew: so does the ledger, with its next entry. */
  clear(): void;
};

/** Entries in one message. */
const AT_ONCE = 5000;

export const createLedgerTeller = (counter: SmearCounter, classes: readonly string[], channel: NewsChannel): LedgerTeller => {
  let told = 0;
  return {
    tell: () => {
      const entries = nameLedger(counter.ledger, classes, told + 1, told + AT_ONCE);
      if (entries.length === 0) return;
      told += entries.length;
      channel.tell({ type: 'ledger', entries });
    },
    clear: () => {
      told = 0;
    },
  };
};
