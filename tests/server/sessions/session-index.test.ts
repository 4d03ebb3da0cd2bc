import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionsQuery } from '../../../domain/session.ts';
import { amendSession, openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { sessionsFolder } from '../../../server/sessions/session-folder.ts';
import { openSessionIndex } from '../../../server/sessions/session-index.ts';
import { createSessionLibrary, type SessionLibrary } from '../../../server/sessions/session-library.ts';
import { createSessionWriter } from '../../../server/sessions/session-writer.ts';
import { paintedFacts } from './painted-session.ts';

let home = '';
let library: SessionLibrary;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-index-'));
  library = createSessionLibrary(home);
});
afterEach(() => {
  library.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});

const idOf = (n: number): string => `2026010${n}-120000-00000${n}`;
const NOTHING = { frames: [], sightings: [], cells: [], ledger: [], events: [], keyframes: [], videos: [], videoFrames: [] };

const make = (n: number, facts: object, counts: readonly number[] = [0, 0]): void => {
  const folder = join(sessionsFolder(home), idOf(n));
  mkdirSync(folder, { recursive: true });
  const database = openSessionToWrite(folder);
  const startedAt = new Date(2026, 0, n, 12).getTime();
  createSessionWriter(database).write({ ...NOTHING, facts: { ...paintedFacts(idOf(n)), startedAt, counts, ...facts } }, []);
  database.close();
};
const found = async (query: object): Promise<string[]> =>
  (await library.list(sessionsQuery.parse(query))).sessions.map(({ id }) => String(Number(id.slice(6, 8))));

describe('the list of sessions', () => {
  beforeEach(() => {
    make(1, { operator: 'Reader A Blue', specimenId: 'S-100', flags: ['Malaria?'] }, [900, 12]);
    make(2, { operator: 'Reader B7', specimenId: 'S-200', source: 'camera:Müller' }, [100, 40]);
    make(3, { operator: 'Röntgen', specimenId: 'T-1', flags: ['urgent', 'malaria?'], kept: false }, [5000, 200]);
  });

  test('is searched by parts of words, and chosen from by every fact', async () => {
    expect(await found({})).toEqual(['3', '2', '1']);
    expect(await found({ search: 'blu s-1' })).toEqual(['1']);
    expect(await found({ search: 'MÜLL' })).toEqual(['2']);
    expect(await found({ search: 'b7' })).toEqual(['2']);
    expect(await found({ search: '"quoted" OR s-' })).toEqual([]);
    expect(await found({ operator: 'röntgen' })).toEqual(['3']);
    expect(await found({ specimenId: 's-' })).toEqual(['2', '1']);
    expect(await found({ flag: 'malaria?' })).toEqual(['3', '1']);
    expect(await found({ from: '2026-01-02' })).toEqual(['3', '2']);
    expect(await found({ to: '2026-01-02' })).toEqual(['2', '1']);
    expect(await found({ from: new Date(2026, 0, 2).getTime(), to: String(new Date(2026, 0, 3).getTime()) })).toEqual(['2']);
    expect(await found({ minCounts: 'wbc:40,RBC:200' })).toEqual(['3']);
    expect(await found({ kept: 'no' })).toEqual(['3']);
    expect(sessionsQuery.safeParse({ from: 'yesterday' }).success).toBe(false);
  });

  test('comes in any order, in pages that neither repeat nor leave out', async () => {
    for (const [query, order] of [
      [{ sort: 'operator' }, ['1', '2', '3']],
      [{ sort: 'operator', order: 'desc' }, ['3', '2', '1']],
      [{ sort: 'started', order: 'asc' }, ['1', '2', '3']],
      [{ sort: 'specimen', search: 's-' }, ['1', '2']],
    ] as const) {
      const met: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await library.list(sessionsQuery.parse({ ...query, limit: 1, ...(cursor === undefined ? {} : { cursor }) }));
        expect(page.total).toBe(order.length);
        met.push(...page.sessions.map(({ id }) => String(Number(id.slice(6, 8)))));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(met).toEqual(order);
    }
  });

  test('sees what another program changed, made or deleted, and does without its index', async () => {
    expect(await found({})).toHaveLength(3);
    amendSession(join(sessionsFolder(home), idOf(2)), { operator: 'Reader C' });
    expect((await library.list({ limit: 9 })).sessions[1]).toMatchObject({ operator: 'Reader C' });
    make(4, {});
    rmSync(join(sessionsFolder(home), idOf(3)), { recursive: true });
    expect(await found({})).toEqual(['4', '2', '1']);
    library.close();
    writeFileSync(join(sessionsFolder(home), 'index.sqlite'), 'no database');
    library = createSessionLibrary(home);
    expect(await found({ search: 'reader c' })).toEqual(['2']);
  });

  test('is quick among thousands', () => {
    const index = openSessionIndex(sessionsFolder(home));
    const summary = {
      ...paintedFacts(idOf(1)),
      durationMs: 1,
      frames: 1,
      counts: { RBC: 5 },
      cells: 5,
      keyframes: 1,
      videoMs: 0,
      bytes: 1,
    };
    for (let n = 0; n < 3000; n++)
      index.put(`x${n}`, '', { ...summary, id: `x${n}`, operator: `Operator ${n % 50}`, specimenId: `S-${n}`, startedAt: n });
    const startedAt = performance.now();
    expect(index.list({ limit: 50 }).total).toBe(3003 - 3);
    expect(index.list({ limit: 50, search: 'operator 17 s-2' }).total).toBeGreaterThan(10);
    expect(index.list({ limit: 50, search: 's-2999' }).sessions).toHaveLength(1);
    expect(index.list({ limit: 50, minCounts: 'RBC:6' }).total).toBe(0);
    // Some ms each; a loaded machine takes longer, a search without an index much longer.
    expect(performance.now() - startedAt).toBeLessThan(1000);
    index.close();
  });
});
