import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Camera, ViewerNews } from '../../server/camera/camera.ts';
import { cameraSettings } from '../../server/camera/camera-messages.ts';
import { superviseCamera } from '../../server/camera/supervisor.ts';
import { runCli } from '../cli/run-cli.ts';

const SMALL = 'simulate:?width=480&height=320&slideWidth=640&slideHeight=480';
const settings = cameraSettings.parse({ engine: 'onnx:cpu', threads: 1 });

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A viewer that keeps what it is told, and can wait for it. */
const look = (camera: Camera) => {
  const seen: ViewerNews[] = [];
  const checks = new Set<() => void>();
  const leave = camera.watch((news) => {
    seen.push(news);
    for (const check of checks) check();
  });
  return {
    leave,
    seen,
    /** The first news from now on for which `is` holds. */
    next: <T extends ViewerNews>(is: (news: ViewerNews) => news is T): Promise<T> => {
      let from = seen.length;
      return new Promise((resolve) => {
        const check = (): void => {
          for (; from < seen.length; from++) {
            const news = seen[from]!;
            if (!is(news)) continue;
            checks.delete(check);
            resolve(news);
            return;
          }
        };
        checks.add(check);
      });
    },
  };
};
type Of<K extends ViewerNews['type']> = Extract<ViewerNews, { type: K }>;
const isFrame = (news: ViewerNews): news is Of<'frame'> => news.type === 'frame';
const isState =
  (...states: string[]) =>
  (news: ViewerNews): news is Of<'status'> =>
    news.type === 'status' && states.includes(news.status.state);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smearscope-supervisor-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a camera in a process of its own', () => {
  let camera: Camera;
  let viewer: ReturnType<typeof look>;
  beforeAll(async () => {
    camera = superviseCamera('one', SMALL, settings);
    viewer = look(camera);
    await viewer.next(isFrame);
  });
  afterAll(() => camera.close());

  test('sends pictures with their reports, in order', async () => {
    const frames: Of<'frame'>[] = [];
    while (frames.length < 10) frames.push(await viewer.next(isFrame));
    const ids = frames.map(({ report }) => report.frameId);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    for (const { picture, report, latencyMs } of frames) {
      expect([...picture!.subarray(0, 2)]).toEqual([0xff, 0xd8]);
      expect(report).toMatchObject({ widthPx: 480, heightPx: 320 });
      expect(latencyMs).toBeGreaterThan(0);
    }
    expect(camera.status).toMatchObject({ state: 'running', reason: '', restarts: 0, engine: 'onnx:cpu' });
  });

  test('pauses and goes on', async () => {
    const pausing = viewer.next(isState('paused'));
    camera.pause();
    await pausing;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { length } = viewer.seen.filter(isFrame);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(viewer.seen.filter(isFrame)).toHaveLength(length);
    const going = viewer.next(isFrame);
    camera.resume();
    await going;
    expect(camera.status.state).toBe('running');
  });

  test('makes no pictures while nobody looks, and counts on', async () => {
    viewer.leave();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = camera.report!.frames.decoded;
    await expect.poll(() => camera.report!.frames.decoded, { timeout: 5000 }).toBeGreaterThan(before + 5);
    viewer = look(camera);
    expect(new Set(viewer.seen.map(({ type }) => type))).toEqual(new Set(['status', 'map', 'event', 'frame']));
    expect(viewer.seen.filter(({ type }) => type === 'event')).toMatchObject([{ text: 'pictures of 480×320' }, { text: 'frames arrive' }]);
    await viewer.next(isFrame);
  });

  test('comes back after it was killed, and says so', async () => {
    const pid = camera.pid!;
    const restarting = viewer.next(isState('restarting'));
    process.kill(pid, 'SIGKILL');
    expect((await restarting).status.reason).toContain('SIGKILL');
    await viewer.next(isState('running'));
    await viewer.next(isFrame);
    expect(viewer.seen.some((news) => news.type === 'event' && /stopped unexpectedly.*counting goes on/.test(news.text))).toBe(true);
    expect(camera.status.restarts).toBe(1);
    expect(camera.pid).not.toBe(pid);
  });

  test('is untouched by a camera beside it that fails', async () => {
    const pid = camera.pid;
    await writeFile(join(folder, 'words.mp4'), 'these are words, not pictures');
    const sources = [join(folder, 'none.mp4'), join(folder, 'words.mp4'), 'simulate:?seed=x', 'camera:no-such-camera'];
    const reasons = sources.map(async (source) => {
      const other = superviseCamera('other', source, settings);
      const { status } = await look(other).next(isState('failed', 'restarting'));
      await other.close();
      return status;
    });
    for (const { state, reason } of await Promise.all(reasons)) {
      expect(state).toBe('failed');
      expect(reason).not.toBe('');
      expect(reason).not.toContain('\n');
    }
    await viewer.next(isFrame);
    expect(camera.pid).toBe(pid);
  });

  test('shows another source when told so, and the failed one can be left', async () => {
    const failed = viewer.next(isState('failed'));
    await camera.open(join(folder, 'none.mp4'), settings);
    await failed;
    const running = viewer.next(isState('running'));
    await camera.open(`${SMALL}&seed=4`, settings);
    await running;
    expect(camera.status.source).toContain('seed=4');
  });

  test('is gone when it is closed', async () => {
    const pid = camera.pid!;
    await camera.close();
    expect(alive(pid)).toBe(false);
  });
});

test('a damaged model is one line, not a restart', async () => {
  const camera = superviseCamera('one', SMALL, { ...settings, model: folder });
  const { status } = await look(camera).next(isState('failed', 'restarting'));
  expect(status).toMatchObject({ state: 'failed', restarts: 0 });
  expect(status.reason).toContain('card.json');
  await camera.close();
});

test('a clip stands still while paused, is counted to its end, and starts over on reset', async () => {
  const FRAMES = 60;
  const scan = ['--width', '480', '--height', '320', '--slide-width', '640', '--slide-height', '480', '--frames', String(FRAMES)];
  const { code, stderr } = await runCli(['simulate', '--out', 'scan.mp4', ...scan], { cwd: folder });
  expect(code, stderr).toBe(0);
  const camera = superviseCamera('one', join(folder, 'scan.mp4'), { ...settings, umPerPx: 0.072 });
  const viewer = look(camera);
  await viewer.next(isFrame);
  camera.pause();
  await viewer.next(isState('paused'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const held = camera.report!.frames.decoded;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(camera.report!.frames.decoded).toBe(held);
  camera.resume();
  await viewer.next(isState('ended'));
  expect(camera.report).toMatchObject({ frameId: FRAMES - 1, frames: { decoded: FRAMES, dropped: {} } });
  expect(camera.pid).toBeUndefined();
  const again = viewer.next(isFrame);
  camera.reset();
  expect((await again).report.frames.decoded).toBeLessThan(FRAMES);
  await camera.close();
});

test('a camera that crashed goes on with its map: the cells keep their ids and drawings', async () => {
  const camera = superviseCamera('kept', SMALL, settings);
  const viewer = look(camera);
  const cellsOf = (news: readonly ViewerNews[]) =>
    new Map(news.flatMap((one) => (one.type === 'map' ? one.cells.map((cell): [number, typeof cell] => [cell.id, cell]) : [])));
  const drawingsOf = (news: readonly ViewerNews[]) =>
    new Map(news.flatMap((one) => (one.type === 'map' ? (one.drawn ?? []).map((drawing) => [drawing.id, drawing] as const) : [])));
  try {
    const counted = (news: ViewerNews): news is Of<'frame'> => news.type === 'frame' && news.report.counts.some((n) => n > 0);
    await viewer.next(counted);
    // A checkpoint is taken every three seconds.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    const before = cellsOf(viewer.seen);
    const crashedAt = viewer.seen.length;
    process.kill(camera.pid!, 'SIGKILL');
    await viewer.next(counted);
    const after = viewer.seen.slice(crashedAt);
    expect(after.some((news) => news.type === 'event' && /goes on with the slide map of/.test(news.text))).toBe(true);
    // One that was never seen whole may still be found larger.
    const told = [...cellsOf(after).values()].filter(({ state }) => state === 'counted');
    const same = told.filter(({ id, x, y }) => Math.hypot(x - before.get(id)!.x, y - before.get(id)!.y) < 4);
    expect(same.length).toBeGreaterThan(0.5 * before.size);
    expect(same).toHaveLength(told.length);
    const [drawnBefore, drawnAfter] = [drawingsOf(viewer.seen.slice(0, crashedAt)), drawingsOf(after)];
    const alike = [...drawnAfter].filter(([id, drawing]) => JSON.stringify(drawing) === JSON.stringify(drawnBefore.get(id)));
    expect(alike.length).toBeGreaterThan(0.5 * drawnBefore.size);
  } finally {
    viewer.leave();
    await camera.close();
  }
}, 90_000);
