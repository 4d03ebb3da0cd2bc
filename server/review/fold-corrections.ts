import type { ReadingNumber } from '../../domain/cell-record.ts';
import type { Box } from '../../domain/geometry.ts';
import type { Change } from '../../domain/review.ts';

/** What a cell was when a change named it; with its id, the moment it was first seen says which cell is meant. */
export type CellBasis = { readonly firstSeenMs: number; readonly lastSeenMs: number; readonly island: number; readonly box: Box };

/** A row of the history. A change is complete in itself (nothing is left to defaults); `made` is the id of the first cell that it made. */
export type Entry = { readonly n: number; readonly reading: ReadingNumber } & (
  | { readonly step: 'change'; readonly change: Change; readonly made: number | undefined; readonly basis: readonly CellBasis[] }
  | { readonly step: 'undo' | 'redo'; readonly target: number }
);
export type ChangeEntry = Extract<Entry, { step: 'change' }>;

/**
 * What a reader says of one cell. `place` and `classIndex` are there for a cell that the reader made; of a counted one, what was said
 * alone.
 */
export type Touched = {
  readonly cell: number;
  readonly classIndex: number | undefined;
  readonly gone: 'deleted' | 'split' | 'merged' | undefined;
  readonly made: 'added' | 'split' | 'merged' | undefined;
  readonly uncertain: boolean;
  readonly place: { readonly island: number; readonly box: Box } | undefined;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
};

/** A cell that a change touches, and how. */
export type Effect = { readonly cell: number; readonly after: (before: Touched | undefined) => Touched };

/** What is said of the cell so far; nothing, where its id meant another cell then. */
const saidOf = (before: Touched | undefined, cell: number, basis: CellBasis): Touched =>
  before !== undefined && (before.made !== undefined || before.firstSeenMs === basis.firstSeenMs)
    ? before
    : {
        cell,
        classIndex: undefined,
        gone: undefined,
        made: undefined,
        uncertain: false,
        place: undefined,
        firstSeenMs: basis.firstSeenMs,
        lastSeenMs: basis.lastSeenMs,
      };

const madeCell = (
  cell: number,
  made: 'added' | 'split' | 'merged',
  classIndex: number,
  box: Box,
  basis: readonly CellBasis[],
): Touched => ({
  cell,
  classIndex,
  gone: undefined,
  made,
  uncertain: false,
  place: { island: basis[0]!.island, box },
  firstSeenMs: Math.min(...basis.map(({ firstSeenMs }) => firstSeenMs)),
  lastSeenMs: Math.max(...basis.map(({ lastSeenMs }) => lastSeenMs)),
});

/** What a change does, cell by cell. The effect on one cell depends on what was said of that cell alone. */
export const effectsOf = ({ change, made = 0, basis }: ChangeEntry, classes: readonly string[]): Effect[] => {
  const onEach = (cells: readonly number[], say: Partial<Touched>): Effect[] =>
    cells.map((cell, i) => ({ cell, after: (before) => ({ ...saidOf(before, cell, basis[i]!), ...say }) }));
  const create = (cell: number, how: 'added' | 'split' | 'merged', name: string, box: Box): Effect => ({
    cell,
    after: () => madeCell(cell, how, classes.indexOf(name), box, basis),
  });
  switch (change.kind) {
    case 'reclassify':
      return onEach(change.cells, { classIndex: classes.indexOf(change.class) });
    case 'delete':
      return onEach(change.cells, { gone: 'deleted' });
    case 'mark':
      return onEach(change.cells, { uncertain: change.uncertain });
    case 'add':
      return [create(made, 'added', change.class, change.box)];
    case 'split':
      return [
        ...onEach([change.cell], { gone: 'split' }),
        ...change.into.map(({ class: name, box }, i) => create(made + i, 'split', name, box)),
      ];
    case 'merge':
      return [...onEach(change.cells, { gone: 'merged' }), create(made, 'merged', change.class!, change.box!)];
    case 'reviewed':
      return [];
    default:
      return change satisfies never;
  }
};

/** Changes that stand or wait for redo, by number: `true` where undone. A change that comes after an undo ends what could be redone. */
export const stepsOf = (entries: Iterable<Entry>): Map<number, boolean> => {
  const standing: number[] = [];
  const undone: number[] = [];
  for (const entry of entries) {
    if (entry.step === 'change') {
      undone.length = 0;
      standing.push(entry.n);
    } else if (entry.step === 'undo') undone.push(standing.pop()!);
    else standing.push(undone.pop()!);
  }
  return new Map([...standing.map((n) => [n, false] as const), ...undone.map((n) => [n, true] as const)]);
};

/** Fields that stand as looked through after these changes. */
export const fieldsAfter = (changes: Iterable<Change>): Set<number> => {
  const fields = new Set<number>();
  for (const change of changes) {
    if (change.kind !== 'reviewed') continue;
    for (const keyframe of change.keyframes) {
      if (change.reviewed) fields.add(keyframe);
      else fields.delete(keyframe);
    }
  }
  return fields;
};

export type Replayed = {
  readonly steps: ReadonlyMap<number, boolean>;
  readonly cells: ReadonlyMap<number, Touched>;
  readonly fields: ReadonlySet<number>;
};

/** A reading from nothing but its history, oldest first. */
export const replayCorrections = (entries: readonly Entry[], classes: readonly string[]): Replayed => {
  const steps = stepsOf(entries);
  const standing = entries.filter((entry): entry is ChangeEntry => entry.step === 'change' && steps.get(entry.n) === false);
  const cells = new Map<number, Touched>();
  for (const entry of standing) for (const { cell, after } of effectsOf(entry, classes)) cells.set(cell, after(cells.get(cell)));
  return { steps, cells, fields: fieldsAfter(standing.map(({ change }) => change)) };
};
