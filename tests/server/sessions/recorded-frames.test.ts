import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { openRecordedFrames } from '../../../server/sessions/recorded-frames.ts';
import { isFilmed, paintedFacts, readNumber, recordPainted, times, widthOf } from './painted-session.ts';

const random = seededRandom(11);
let folder = '';
let filmed = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smearscope-recorded-'));
  filmed = await recordPainted(folder, paintedFacts('20260131-142501-0c4f9a'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

describe('recorded frames', () => {
  test('asked for at random are exactly the frames that came under these ids', async () => {
    await using recorded = openRecordedFrames(folder);
    expect(recorded.filmed).toBe(filmed);
    for (let n = 0; n < 40; n++) {
      const id = Math.floor(random.next() * times.length);
      using found = await recorded.at(id);
      expect(found !== undefined, `frame ${id}`).toBe(isFilmed(id));
      if (found === undefined) continue;
      expect(readNumber(found.picture.y)).toBe(id);
      expect([found.picture.id, found.picture.widthPx]).toEqual([id, widthOf(id)]);
      expect(found.picture.capturedAtMs).toBeCloseTo(times[id]!, 6);
    }
  });

  test('come all, in order, each under its own id', async () => {
    await using recorded = openRecordedFrames(folder);
    const ids: number[] = [];
    for await (using found of recorded.frames({ from: 10 })) {
      expect(readNumber(found.picture.y)).toBe(found.row.id);
      ids.push(found.row.id);
    }
    expect(ids).toEqual(times.flatMap((_, id) => (id >= 10 && isFilmed(id) ? id : [])));
  });

  test('lie where their keyframe lies now', async () => {
    await using recorded = openRecordedFrames(folder);
    expect(recorded.rows.frame(30)).toMatchObject({ island: 2, x: 130, y: 5, video: { n: 1 } });
    expect(recorded.rows.nearestKeyframe(recorded.rows.frame(30)!)).toBe(1);
  });

  test('of a video that was torn off are there to its last whole fragment', async () => {
    const file = join(folder, 'video-2.mp4');
    truncateSync(file, statSync(file).size >> 1);
    await using recorded = openRecordedFrames(folder);
    const ids: number[] = [];
    for await (using found of recorded.frames({ from: 300 })) {
      expect(readNumber(found.picture.y)).toBe(found.row.id);
      ids.push(found.row.id);
    }
    expect(ids.at(-1)).toBeGreaterThan(330);
    expect(ids.at(-1)).toBeLessThan(419);
  });
});
