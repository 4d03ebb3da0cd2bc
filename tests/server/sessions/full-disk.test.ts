import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDiskVoice } from '../../../server/camera/disk-voice.ts';
import { openRecordedFrames } from '../../../server/sessions/recorded-frames.ts';
import { openSessionReader } from '../../../server/sessions/session-reader.ts';
import { createSessionRecorder } from '../../../server/sessions/session-recorder.ts';
import { createVideoRecorder } from '../../../server/sessions/video-recorder.ts';
import { frameOf, paintedFacts, readNumber, reportOf } from './painted-session.ts';

let disk = '';
let mounted = false;
beforeAll(() => {
  disk = mkdtempSync(join(tmpdir(), 'smearscope-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    console.warn('no small file system can be mounted here: the test on a full disk is left out');
  }
});
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

test('a disk that becomes full ends the video with one event; what was written stays, and is gone on with when there is room', async ({
  skip,
}) => {
  if (!mounted) skip();
  const folder = join(disk, 'session');
  mkdirSync(folder);
  const events: string[] = [];
  const tell = createDiskVoice((_level, text) => events.push(text));
  let broken = 0;
  const recorder = createSessionRecorder(folder, (text) => tell('warning', text));
  await recorder.state;
  recorder.note(paintedFacts('20260131-142501-0c4f9a'));
  const filmed: number[] = [];
  const video = createVideoRecorder({
    folder,
    quality: 90,
    kind: 'video',
    first: 1,
    onVideo: recorder.addVideo,
    onFrame: (row) => {
      recorder.seeVideoFrame(row);
      filmed.push(row.frame);
    },
    onBroken: (what) => {
      broken++;
      tell('error', `the video cannot be written (${what})`);
    },
  });
  const see = async (from: number, to: number): Promise<void> => {
    for (let id = from; id < to; id++) {
      using frame = frameOf(id);
      recorder.see(reportOf(id));
      video.push(frame, false);
      await new Promise((resolve) => setTimeout(resolve, 4));
      recorder.flush(undefined);
    }
  };
  await see(0, 120);
  await recorder.written();
  const framesBefore = (): number => {
    using reader = openSessionReader(folder);
    return reader.extent().frames;
  };
  const earlier = framesBefore();
  expect(earlier).toBeGreaterThan(100);
  // Somebody else fills the disk to the last byte.
  try {
    writeFileSync(join(disk, 'filler'), new Uint8Array(8 * 2 ** 20));
  } catch {
    // It is as long as there was room.
  }
  await see(120, 300);
  await expect.poll(() => broken, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => events, { timeout: 20_000 }).toEqual([expect.stringMatching(/^the disk is full: .*make room/)]);
  // Full as it is, what was written can be read.
  {
    using reader = openSessionReader(folder);
    expect(reader.extent().frames).toBeGreaterThanOrEqual(earlier);
  }
  rmSync(join(disk, 'filler'));
  await recorder.written();
  await see(300, 310);
  await video.close();
  await recorder.close(undefined);
  expect(events.slice(1).every((text) => text.startsWith('the session is kept again'))).toBe(true);
  using reader = openSessionReader(folder);
  // Counting went on: every frame is known, the earlier ones with their pictures.
  expect(reader.extent().frames).toBe(310);
  await using recorded = openRecordedFrames(folder);
  const early = filmed.findLast((id) => id < 60)!;
  using shown = await recorded.at(early);
  expect(shown && readNumber(shown.picture.y)).toBe(early);
}, 60_000);
