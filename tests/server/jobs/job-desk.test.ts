import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job, JobKind } from '../../../domain/job.ts';
import { createJobDesk, type JobDesk, type JobKindSetup } from '../../../server/jobs/job-desk.ts';

const file = new URL('./counting-job.ts', import.meta.url);
const kinds: Record<JobKind, JobKindSetup> = {
  replay: { file, resumable: false, stopWithinMs: 1000 },
  training: { file, resumable: true },
};
const WAIT = { timeout: 60_000, interval: 20 };

let dataDir: string;
let desks: JobDesk[];
const open = (): JobDesk => {
  const desk = createJobDesk(dataDir, kinds);
  desks.push(desk);
  return desk;
};
const until = (desk: JobDesk, id: string, state: Job['state']): Promise<void> =>
  vi.waitFor(() => expect(desk.get(id)?.state).toBe(state), WAIT);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'smearscope-jobs-'));
  desks = [];
});
afterEach(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
  rmSync(dataDir, { recursive: true, force: true });
});

describe('jobs', { timeout: 120_000 }, () => {
  test('runs, tells how far it is, and keeps what came of it', async () => {
    const desk = open();
    const seen: string[] = [];
    desk.watch(({ state, text }) => seen.push(`${state} ${text}`));
    const { id } = desk.start('replay', { to: 3, everyMs: 250 });
    await until(desk, id, 'done');
    expect(seen).toContain('running step 2');
    expect(desk.get(id)).toMatchObject({ result: { counted: 3, resume: false }, done: 3, total: 3 });
    expect(open().get(id)).toMatchObject({ state: 'done', result: { counted: 3, sees: true } });
    // Its process knows the data folder; who asks about jobs does not.
    expect(JSON.stringify(desk.list())).not.toContain(dataDir);
  });

  test('one at a time of each kind, in the order they were asked for', async () => {
    const desk = open();
    const long = desk.start('replay', { to: 1000, everyMs: 50 });
    const second = desk.start('replay', {});
    const third = desk.start('replay', {});
    const other = desk.start('training', {});
    await until(desk, other.id, 'done');
    expect(desk.get(second.id)?.state).toBe('waiting');
    await desk.end(third.id);
    await desk.end(long.id);
    expect(desk.get(long.id)?.state).toBe('stopped');
    expect(desk.get(third.id)?.state).toBe('stopped');
    await until(desk, second.id, 'done');
  });

  test('says why one failed, and when its process died', async () => {
    const desk = open();
    const failed = desk.start('replay', { fail: true });
    const died = desk.start('training', { exit: true });
    await until(desk, failed.id, 'failed');
    await until(desk, died.id, 'failed');
    expect(desk.get(failed.id)?.error).toBe('it was asked to fail: ask for something else');
    expect(desk.get(died.id)?.error).toBe('its process ended (exit code 3: Error: out of beads)');
  });

  test('a stopped one goes on where its kind can; a job that ended is forgotten when deleted', async () => {
    const desk = open();
    const { id } = desk.start('training', { to: 1000, everyMs: 50 });
    await vi.waitFor(() => expect(desk.get(id)?.done).toBeGreaterThan(0), WAIT);
    await desk.end(id);
    expect(() => desk.resume(desk.start('replay', {}).id)).toThrow(/cannot go on/);
    desk.resume(id);
    await until(desk, id, 'running');
    await desk.end(id);
    await desk.end(id);
    expect(desk.get(id)).toBeUndefined();
    expect(open().get(id)).toBeUndefined();
  });

  test('a service that is started again tells what it interrupted, and does what waited', async () => {
    const first = open();
    const running = first.start('training', { to: 1000, everyMs: 50 });
    const waiting = first.start('training', {});
    await until(first, running.id, 'running');
    await first.close();
    const second = open();
    expect(second.get(running.id)?.state).toBe('interrupted');
    await until(second, waiting.id, 'done');
    second.resume(running.id);
    await until(second, running.id, 'running');
  });

  test('what was running when the service was killed is interrupted; files that are no jobs are passed over', () => {
    const id = '20260131-142501-0c4f9a';
    const left = { id, kind: 'replay', state: 'running', request: {}, done: 1, total: 2, text: 'x', askedAt: 1, resumable: false };
    mkdirSync(join(dataDir, 'jobs'));
    writeFileSync(join(dataDir, 'jobs', `${id}.json`), JSON.stringify(left));
    writeFileSync(join(dataDir, 'jobs', '20260131-142501-0c4f9b.json'), '{"id": 3');
    expect(open().list()).toMatchObject([{ id, state: 'interrupted' }]);
    expect(JSON.parse(readFileSync(join(dataDir, 'jobs', `${id}.json`), 'utf8'))).toMatchObject({ state: 'interrupted' });
  });

  test('runs at low priority', async () => {
    const desk = open();
    const pidFile = join(dataDir, 'pid');
    const { id } = desk.start('replay', { to: 1000, everyMs: 50, pidFile });
    await vi.waitFor(() => expect(desk.get(id)?.done).toBeGreaterThan(0), WAIT);
    expect(getPriority(Number(readFileSync(pidFile, 'utf8')))).toBeGreaterThanOrEqual(10);
  });

  test('one that does not stop is killed', async () => {
    const desk = open();
    const { id } = desk.start('replay', { to: 100_000, everyMs: 50, deaf: true });
    await vi.waitFor(() => expect(desk.get(id)?.done).toBeGreaterThan(0), WAIT);
    await desk.end(id);
    expect(desk.get(id)?.state).toBe('stopped');
  });
});
