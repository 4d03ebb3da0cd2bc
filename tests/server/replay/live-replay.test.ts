import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ReplayRequest } from '../../../domain/replay.ts';
import type { Camera } from '../../../server/camera/camera.ts';
import { cameraSettings } from '../../../server/camera/camera-messages.ts';
import { superviseCamera } from '../../../server/camera/supervisor.ts';
import { readLedger } from '../../../server/replay/compare-ledgers.ts';
import { compareSides } from '../../../server/replay/counted-side.ts';
import { replaySession } from '../../../server/replay/replay-session.ts';
import { openReview } from '../../../server/review/reviewed-cells.ts';

const SMALL = 'simulate:?width=640&height=480&slideWidth=1280&slideHeight=960';
const WAIT = { timeout: 120_000, interval: 50 };

let dataDir = '';
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'smearscope-replay-'));
});
afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

const settings = (more: object = {}) => cameraSettings.parse({ engine: 'onnx:cpu', threads: 1, record: 'video', ...more });
const open = (id: string, source: string, more?: object): Camera => superviseCamera(id, source, settings(more), () => {}, dataDir);
const folderOf = (camera: Camera): string => join(dataDir, 'sessions', camera.status.session!);
const replay = (folder: string, request: ReplayRequest = {}) =>
  replaySession(folder, request, { signal: new AbortController().signal, searchIn: [], progress: () => {} });

/** The cells of a session, or of a replay of it, with their outlines. */
const drawnIn = (folder: string) => {
  using review = openReview(folder);
  return [...review.cells()].map(({ id, drawing }) => ({ id, outline: drawing?.outline }));
};

/** Counts a source to its end in a camera's own process, at the pace of the clock. */
const countLive = async (id: string, source: string, more?: object): Promise<string> => {
  const camera = open(id, source, more);
  await vi.waitFor(() => expect(camera.status.state).toBe('ended'), WAIT);
  const folder = folderOf(camera);
  await camera.close();
  return folder;
};

describe('the replay of a session that was counted live', { timeout: 300_000 }, () => {
  test('gives the same ledger with the same model, whatever the clock decided; another model differs cell by cell', async () => {
    const folder = await countLive('returns', `${SMALL}&frames=240&seed=5&dirt=1`);
    const again = await replay(folder);
    expect(again.same).toEqual({ model: true, engine: true });
    expect(again.looks).toEqual({ total: again.looks.again, again: again.looks.again, answered: 0, leftOut: 0 });
    expect(again.answersAlike).toBe(again.looks.again);
    expect(again.ledger).toEqual({ identical: true, counted: again.ledger.counted, replayed: again.ledger.counted });
    expect(again.ledger.counted).toBeGreaterThan(20);
    expect(await compareSides(folder, { a: 'counted', b: again.replay })).toMatchObject({ onlyA: 0, onlyB: 0, otherClass: 0, total: 0 });

    const drawn = drawnIn(folder);
    expect(drawn.some(({ outline }) => outline !== undefined)).toBe(true);
    expect(drawnIn(join(folder, 'replays', again.replay))).toEqual(drawn);

    const strict = join(dataDir, 'strict');
    cpSync(fileURLToPath(new URL('../../../models/bundles/default', import.meta.url)), strict, { recursive: true });
    const card = JSON.parse(readFileSync(join(strict, 'card.json'), 'utf8'));
    const score = card.thresholds.score.map((least: number, i: number) => (card.classes[i] === 'WBC' ? 0.999 : least));
    writeFileSync(join(strict, 'card.json'), JSON.stringify({ ...card, name: 'strict', thresholds: { ...card.thresholds, score } }));
    const other = await replay(folder, { model: strict });
    expect(other.same.model).toBe(false);
    expect(other.ledger.identical).toBe(false);
    const apart = await compareSides(folder, { a: 'counted', b: other.replay });
    expect(apart.onlyA).toBeGreaterThan(0);
    expect(apart.differences).toHaveLength(apart.total);
    expect(apart.differences[0]).toMatchObject({ kind: expect.any(String), island: 1 });
    // What was counted is as it was.
    expect(readLedger(folder)).toHaveLength(again.ledger.counted);
    expect(readdirSync(join(folder, 'replays')).sort()).toEqual([again.replay, other.replay].sort());
  });

  test('also where its process was killed in the middle and went on from its map', async () => {
    const camera = open('killed', `${SMALL}&seed=6&frames=900`);
    await vi.waitFor(() => expect(camera.status.state).toBe('running'), WAIT);
    await sleep(8000);
    const killed = camera.pid!;
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(() => expect(camera.status.state === 'running' && camera.pid !== killed).toBe(true), WAIT);
    await sleep(4000);
    const folder = folderOf(camera);
    await camera.close();
    const again = await replay(folder);
    expect(again.notes).toEqual([]);
    expect(again.ledger.identical).toBe(true);
    expect(again.ledger.counted).toBeGreaterThan(20);
    expect(again.answersAlike).toBeGreaterThan(0);
  });

  test('from before the recording began there are no pictures: the same model has its answers of then, another is not asked', async () => {
    const folder = await countLive('unrecorded', `${SMALL}&frames=150&seed=7&jumps=1`, { record: 'off' });
    const again = await replay(folder);
    expect(again.looks.again).toBe(0);
    expect(again.looks.answered).toBeGreaterThan(0);
    expect(again.ledger.identical).toBe(true);
    expect(again.notes[0]).toMatch(/have no pictures/);
  });
});
