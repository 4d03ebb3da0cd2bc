import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cellQuery } from '../../../domain/cell-record.ts';
import { correctionQuery } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { makeReviewSession } from './review-session.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'smearscope-killed-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const start = (script: string, folder: string): { child: ChildProcess; said: () => number } => {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return { child, said: () => Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)) };
};

test('no acknowledged correction is lost where the process is killed', { timeout: 60_000 }, async () => {
  const { folder } = makeReviewSession(home, 100);
  for (const more of [3, 12, 25]) {
    using before = openSessionReader(folder);
    const { child, said } = start('corrector-process.ts', folder);
    const from = before.corrections(correctionQuery.parse({})).total;
    await expect.poll(said, { timeout: 20_000, interval: 3 }).toBeGreaterThanOrEqual(from + more);
    child.kill('SIGKILL');
    await once(child, 'close');
    const acknowledged = said();
    using reader = openSessionReader(folder);
    const { total, corrections } = reader.corrections(correctionQuery.parse({ limit: 1 }));
    expect(total).toBeGreaterThanOrEqual(acknowledged);
    expect(corrections[0]?.n).toBe(total);
    expect(reader.review(1).head).toBe(total);
    // What was written is whole: the tables are those that the history gives.
    const cells = reader.cells(cellQuery.parse({ reading: 1, limit: 1000 }));
    using writer = openReviewWriter(folder);
    writer.rebuild();
    expect(reader.cells(cellQuery.parse({ reading: 1, limit: 1000 }))).toEqual(cells);
  }
});

test('corrections and a camera that writes the same session do not lose a thing', { timeout: 60_000 }, async () => {
  const { folder } = makeReviewSession(home, 100);
  const { child, said } = start('camera-process.ts', folder);
  await expect.poll(said, { timeout: 20_000, interval: 3 }).toBeGreaterThan(0);
  for (let cell = 1; cell <= 60; cell++) {
    using writer = openReviewWriter(folder);
    writer.change({ reading: 1, by: 'Reader A', change: { kind: 'reclassify', cells: [cell], class: 'Platelets' } }, cell);
    if (cell % 10 !== 0) continue;
    // A cell that the camera has just written.
    await expect.poll(said, { timeout: 20_000, interval: 3 }).toBeGreaterThanOrEqual(cell);
    writer.change({ reading: 1, by: 'Reader A', change: { kind: 'delete', cells: [1000 + cell] } }, cell);
  }
  const written = said();
  expect(written).toBeGreaterThanOrEqual(60);
  child.stdin!.write('stop');
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  using reader = openSessionReader(folder);
  expect(reader.review(1)).toMatchObject({ head: 66, changes: 66 });
  const { cells } = reader.cells(cellQuery.parse({ reading: 1, limit: 1000 }));
  expect(cells.filter(({ id, class: name }) => id <= 60 && name === 'Platelets')).toHaveLength(60);
  expect(reader.cells(cellQuery.parse({ state: 'withdrawn', reading: 1 })).total).toBe(6);
  expect(reader.cells(cellQuery.parse({ limit: 1 })).total).toBe(100 + said());
});
