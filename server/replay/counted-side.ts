import { FaultError } from '../../domain/fault.ts';
import { type CountComparison, countSide } from '../../domain/replay.ts';
import { openReview } from '../review/reviewed-cells.ts';
import { openSessionToRead } from '../sessions/session-database.ts';
import { openSessionReader } from '../sessions/session-reader.ts';
import { compareCounts, type IslandCell } from './compare-counts.ts';
import { readReplay, replayFolder } from './replay-store.ts';

const noSide = (what: string): FaultError =>
  new FaultError({
    kind: 'usage',
    what,
    remedy: 'a side is “counted”, a reading (1 or 2), or the name of a replay, which smearscope sessions replays lists',
  });

/** Counted cells of a session's database. */
const cellsIn = (folder: string): IslandCell[] => {
  const { classes } = factsOf(folder);
  const database = openSessionToRead(folder);
  try {
    return database
      .prepare("SELECT c.*, k.frame AS frame FROM cells c LEFT JOIN crops k ON k.cell = c.id WHERE c.state = 'counted' ORDER BY c.id")
      .all()
      .map((row) => ({
        id: Number(row['id']),
        class: classes[Number(row['class_index'])] ?? String(row['class_index']),
        score: Number(row['score']),
        island: Number(row['island']),
        ...(row['frame'] === null ? {} : { frame: Number(row['frame']) }),
        box: [Number(row['x0']), Number(row['y0']), Number(row['x1']), Number(row['y1'])],
      }));
  } finally {
    database.close();
  }
};

const factsOf = (folder: string) => {
  using reader = openSessionReader(folder);
  return reader.facts();
};

/** What a side counts: the session as counted, as a reader left it, or a replay. Throws a `usage` fault where there is no such side. */
const cellsOf = async (folder: string, side: string): Promise<IslandCell[]> => {
  const asked = countSide.safeParse(side);
  if (!asked.success) throw noSide(`“${side.slice(0, 60)}” is no side of a comparison`);
  if (side === 'counted') return cellsIn(folder);
  if (side === '1' || side === '2') {
    using review = openReview(folder, { reading: side === '1' ? 1 : 2 });
    return [...review.cells()]
      .filter(({ state }) => state === 'counted')
      .map(({ id, class: name, score, island, box }) => ({ id, class: name, score, island, box }));
  }
  if ((await readReplay(folder, side)) === undefined) throw noSide(`the session has no replay ${side}`);
  return cellsIn(replayFolder(folder, side)!);
};

export type ComparisonAsked = { readonly a: string; readonly b: string; readonly from?: number; readonly limit?: number };

/** Compares two counts of the session in a folder; of the differences a page. Faults: `usage`, `data`. */
export const compareSides = async (folder: string, { a, b, from = 0, limit = 10_000 }: ComparisonAsked): Promise<CountComparison> => {
  const { id, classes } = factsOf(folder);
  const [left, right] = await Promise.all([cellsOf(folder, a), cellsOf(folder, b)]);
  const { differences, ...compared } = compareCounts(left, right, classes);
  const next = from + limit;
  return {
    schema: 'smearscope.comparison/1',
    session: id,
    a,
    b,
    ...compared,
    total: differences.length,
    differences: differences.slice(from, next),
    ...(next < differences.length ? { next } : {}),
  };
};
