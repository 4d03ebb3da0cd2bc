import type { ReadingNumber } from '../../domain/cell-record.ts';
import { FaultError } from '../../domain/fault.ts';
import {
  type ChangeAnswer,
  type ChangeRequest,
  FIRST_REVIEWED_ID,
  type ReviewState,
  type SignRequest,
  type StepRequest,
} from '../../domain/review.ts';
import { inTransaction, openSessionToAmend } from '../sessions/session-database.ts';
import { keptOrSaid } from './kept-or-said.ts';
import { createResolver } from './resolve-change.ts';
import { readReviewFacts } from './review-facts.ts';
import { createReviewLog } from './review-log.ts';
import { reviewStateOf } from './review-state.ts';
import { createCellsByIds } from './reviewed-cells.ts';
import { signReading } from './sign-reading.ts';
import { createTouchedTable } from './touched-table.ts';

/** Writes what readers do in a session, also while a camera writes it. What a call gave back is on disk. `at`: wall clock, ms. */
export type ReviewWriter = Disposable & {
  change(request: ChangeRequest, at: number): ChangeAnswer;
  step(which: 'undo' | 'redo', request: StepRequest, at: number): ChangeAnswer;
  sign(request: SignRequest, at: number): ReviewState;
  /** Makes the tables that follow from the history anew. */
  rebuild(): void;
};

const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });

/**
 * An earlier version's session gets its tables of corrections. `patienceMs`: how long a camera's transaction is waited for. Throws a
 * `data` fault where the folder holds no session that can be written.
 */
export const openReviewWriter = (folder: string, { patienceMs = 5000 } = {}): ReviewWriter => {
  const database = openSessionToAmend(folder);
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    const facts = readReviewFacts(database, folder);
    const log = createReviewLog(database, FIRST_REVIEWED_ID);
    const table = createTouchedTable(database, facts.classes, log);
    const resolve = createResolver(database, facts.classes);
    const cellsByIds = createCellsByIds(database, facts);
    const wrote = database.prepare(
      `SELECT by FROM corrections WHERE reading = ?1 AND by = ?2 COLLATE NOCASE
       UNION ALL SELECT by FROM signatures WHERE reading = ?1 AND role != 'supervisor' AND by = ?2 COLLATE NOCASE LIMIT 1`,
    );

    /** A second reading is worth something only where it is another person's; and nobody writes over what they have not seen. */
    const admit = ({
      reading,
      by,
      head,
    }: {
      readonly reading: ReadingNumber;
      readonly by: string;
      readonly head?: number | undefined;
    }): void => {
      if (wrote.get(reading === 1 ? 2 : 1, by) !== undefined)
        throw refuse(`${by} made the ${reading === 1 ? 'second' : 'first'} reading of this session`, 'the other one is somebody else’s');
      const now = log.head(reading);
      if (head !== undefined && head !== now)
        throw refuse(`reading ${reading} was changed since (entry ${now}, not ${head})`, 'look at it as it is now and try again');
    };
    const answer = (n: number, reading: ReadingNumber, cells: readonly number[]): ChangeAnswer => ({
      n,
      cells: cellsByIds(reading, cells),
      review: reviewStateOf(database, facts, reading),
    });
    /** The answer is read after the commit, so that it says what is on disk. */
    const within = (work: () => { n: number; reading: ReadingNumber; cells: readonly number[] }): ChangeAnswer => {
      let done: ReturnType<typeof work> | undefined;
      keptOrSaid(() =>
        inTransaction(database, () => {
          done = work();
        }),
      );
      return answer(done!.n, done!.reading, done!.cells);
    };

    return {
      change: (request, at) =>
        within(() => {
          admit(request);
          const { reading, by } = request;
          const { change, basis } = resolve(reading, request.change);
          const made = change.kind === 'add' || change.kind === 'split' || change.kind === 'merge' ? log.nextId() : undefined;
          const entry = { reading, step: 'change', change, basis, made } as const;
          const n = log.append(entry, { at, by });
          return { n, reading, cells: table.apply({ ...entry, n }) };
        }),
      step: (which, request, at) =>
        within(() => {
          admit(request);
          const { reading, by } = request;
          const target = table.next(reading, which);
          if (target === undefined) throw refuse(`nothing to ${which} in reading ${reading}`, 'its history is as it was');
          const n = log.append({ reading, step: which, target }, { at, by });
          return { n, reading, cells: table.turn(log.change(target), which === 'undo') };
        }),
      sign: (request, at) => {
        keptOrSaid(() =>
          inTransaction(database, () => {
            if (request.role !== 'supervisor') admit(request);
            signReading(database, facts, request, at);
          }),
        );
        return reviewStateOf(database, facts, request.reading);
      },
      rebuild: () =>
        inTransaction(database, () => {
          table.rebuild(1);
          table.rebuild(2);
        }),
      [Symbol.dispose]: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
};
