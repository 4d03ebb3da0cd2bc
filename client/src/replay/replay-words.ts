import type { Job } from '../../../domain/job.ts';
import type { CountDifference, ReplayDocument } from '../../../domain/replay.ts';

/** Where a job stands, in words. */
export const jobWords = ({ state, text, error }: Pick<Job, 'state' | 'text' | 'error'>): string => {
  switch (state) {
    case 'waiting':
      return 'Waits for another replay to end';
    case 'running':
      return text;
    case 'stopping':
      return 'Stopping…';
    case 'done':
      return 'Done';
    case 'failed':
      return error ?? 'It failed';
    case 'stopped':
      return 'Stopped: nothing of it is kept';
    case 'interrupted':
      return 'The service ended beneath it; start it again';
    default:
      return state satisfies never;
  }
};

/** What a replay says of the ledger, in one line. */
export const ledgerWords = ({ ledger, same }: Pick<ReplayDocument, 'ledger' | 'same'>): string => {
  if (ledger.identical) return `The same ledger, all ${ledger.counted} entries`;
  const as = same.model && same.engine ? 'although model and engine are the same' : same.model ? 'another engine' : 'another model';
  return `Another ledger (${as}): ${ledger.counted} entries counted, ${ledger.replayed} again, the first that differs is ${ledger.firstDifference}`;
};

/** What differs about a cell. */
export const differenceWords = ({ kind, a, b }: CountDifference): string =>
  kind === 'onlyA'
    ? `${a?.class} was counted, not again`
    : kind === 'onlyB'
      ? `${b?.class} only again`
      : `${a?.class} counted, ${b?.class} again`;
