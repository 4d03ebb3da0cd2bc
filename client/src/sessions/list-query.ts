import type { Given } from '../live/ask-api.ts';

/** What the list of sessions is asked for; `search` is the words of a person, dates are days as `2026-01-31`. */
export type SessionsAsked = {
  readonly search: string;
  readonly from: string;
  readonly to: string;
  readonly flag: string;
  readonly leastCells: number | undefined;
  readonly sort: SessionSort;
  readonly descending: boolean;
};
export type SessionSort = 'started' | 'cells' | 'duration' | 'bytes' | 'operator';

const PAGE_SESSIONS = 50;
const DAY_MS = 86_400_000;

type ListQuery = NonNullable<Given<'/api/sessions', 'GET'>['query']>;

/** The query of the list, parts that say nothing left out. Days are those of this computer's clock. */
export const listQuery = (asked: SessionsAsked, cursor?: string): ListQuery => {
  const dayMs = (day: string): number => new Date(`${day}T00:00:00`).getTime();
  return {
    search: asked.search.trim() || undefined,
    from: asked.from === '' ? undefined : dayMs(asked.from),
    to: asked.to === '' ? undefined : dayMs(asked.to) + DAY_MS - 1,
    flag: asked.flag.trim() || undefined,
    minCells: asked.leastCells,
    sort: asked.sort === 'started' ? undefined : asked.sort,
    order: asked.sort === 'started' && asked.descending ? undefined : asked.descending ? 'desc' : 'asc',
    limit: PAGE_SESSIONS,
    cursor,
  };
};
