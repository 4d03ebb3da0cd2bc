import type { Change } from './review.ts';

const some = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);

/** A change in a few words, for the history and for what undo would take back. */
export const changeText = (change: Change): string => {
  switch (change.kind) {
    case 'reclassify':
      return `${some(change.cells.length, 'cell')} → ${change.class}`;
    case 'delete':
      return `${some(change.cells.length, 'cell')} deleted`;
    case 'add':
      return `${change.class} added`;
    case 'split':
      return `cell ${change.cell} split into ${change.into.length}`;
    case 'merge':
      return `${some(change.cells.length, 'cell')} merged into one`;
    case 'mark':
      return change.uncertain
        ? `${some(change.cells.length, 'cell')} marked uncertain`
        : `${some(change.cells.length, 'cell')} no more uncertain`;
    case 'reviewed':
      return change.reviewed
        ? `${some(change.keyframes.length, 'field')} looked through`
        : `${some(change.keyframes.length, 'field')} reopened`;
    default:
      return change satisfies never;
  }
};
