import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSessionVideo, type SessionVideo } from '../../../server/camera/session-video.ts';
import { createSessionRecorder } from '../../../server/sessions/session-recorder.ts';
import { frameOf, paintedFacts, reportOf } from './painted-session.ts';

const ROOM = { timeout: 30_000 };
let home = '';
let recorder: ReturnType<typeof createSessionRecorder>;
let video: SessionVideo;
let events: string[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'smearscope-room-'));
  const folder = join(home, 'session');
  await mkdir(folder);
  events = [];
  recorder = createSessionRecorder(folder, (text) => events.push(text));
  await recorder.state;
  recorder.note(paintedFacts('20260131-142501-0c4f9a'));
  video = createSessionVideo(
    {
      folder,
      settings: { recordQuality: 75, diskBudgetGb: 0.05 },
      recorder,
      tellEvent: (_, text) => events.push(text),
      onChange: () => {},
      lookMs: { filming: 50, idle: 50 },
    },
    Promise.resolve(0),
  );
});
afterEach(async () => {
  await video.close();
  await recorder.close(undefined);
  await rm(home, { recursive: true, force: true });
});

const film = (id: number): void => {
  using frame = frameOf(id);
  recorder.see(reportOf(id));
  video.see(frame, reportOf(id));
};
const fillUp = () => writeFile(join(home, 'large'), Buffer.alloc(60e6));
const makeRoom = () => rm(join(home, 'large'));

test('a video that used-up room ended begins anew, in a file of its own, when there is room', async () => {
  video.start('video');
  await expect.poll(() => video.recording, ROOM).toBe(true);
  film(0);
  await fillUp();
  await expect.poll(() => video.recording, ROOM).toBe(false);
  expect([video.full, video.wanted]).toEqual([true, false]);
  await makeRoom();
  await expect.poll(() => video.recording, ROOM).toBe(true);
  film(1);
  await expect
    .poll(() => events.filter((text) => text.startsWith('recording ')), ROOM)
    .toEqual([
      expect.stringMatching(/^recording video.*\.mp4 with/),
      expect.stringMatching(/^recording stopped until there is room, counting goes on: .*delete some/),
      expect.stringMatching(/^recording video.*\.mp4 with/),
    ]);
  expect(events.filter((text) => /room again/.test(text))).toEqual(['there is room again: recording goes on']);
});

test('what somebody stopped meanwhile stays stopped', async () => {
  await fillUp();
  video.start('video');
  await expect.poll(() => video.full, ROOM).toBe(true);
  await expect.poll(() => video.wanted, ROOM).toBe(false);
  await video.stop();
  await makeRoom();
  await expect.poll(() => video.full, ROOM).toBe(false);
  expect([video.recording, video.wanted]).toEqual([false, false]);
});
