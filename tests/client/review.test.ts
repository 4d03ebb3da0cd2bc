import { describe, expect, test } from 'vitest';
import { kappaWords } from '../../client/src/review/agreement-words.ts';
import { cellsWithin, cellUnder, neighbourCell, usualBox } from '../../client/src/review/cells-in-view.ts';
import { FrameRows } from '../../client/src/review/frame-rows.ts';
import type { ReviewApi } from '../../client/src/review/review-api.ts';
import { clockMarks, growthOf, momentWords, moveSpan, msAt, xOf, zoomSpan } from '../../client/src/review/timeline-scale.ts';
import { type PictureGroup, sampleAt, VideoTrack } from '../../client/src/review/video-track.ts';
import { listQuery } from '../../client/src/sessions/list-query.ts';
import { bytesWords, flagsOf, lengthWords } from '../../client/src/sessions/session-words.ts';
import type { FrameCell, RecordedFrame, Timeline } from '../../domain/recording.ts';

const cell = (id: number, x: number, y: number, side = 20): FrameCell => ({
  id,
  class: 'RBC',
  classIndex: 0,
  box: [x, y, x + side, y + side],
  state: 'counted',
  score: 0.9,
  sighted: true,
});

describe('cells in view', () => {
  const cells = [cell(1, 0, 0), cell(2, 40, 3), cell(3, 80, 1), cell(4, 5, 40), cell(5, 2, 2, 6)];

  test('the smaller of those under a point is meant', () => {
    expect(cellUnder(cells, { x: 4, y: 4 })?.id).toBe(5);
    expect(cellUnder(cells, { x: 15, y: 15 })?.id).toBe(1);
    expect(cellUnder(cells, { x: 30, y: 30 })).toBeUndefined();
  });

  test('a band takes those whose middle it holds', () => {
    expect(cellsWithin(cells, [0, 0, 60, 20]).map(({ id }) => id)).toEqual([1, 2, 5]);
  });

  test('keys go through them as one reads, and round', () => {
    const order = [1, 5, 2, 3, 4];
    let at: number | undefined;
    const visited = order.map(() => {
      at = neighbourCell(cells, at, 1)?.id;
      return at;
    });
    expect(visited).toEqual(order);
    expect(neighbourCell(cells, 4, 1)?.id).toBe(1);
    expect(neighbourCell(cells, 1, -1)?.id).toBe(4);
    expect(neighbourCell([], 1, 1)).toBeUndefined();
  });

  test('a new cell is as large as the others', () => {
    expect(usualBox(cells, { x: 100, y: 100 })).toEqual([90, 90, 110, 110]);
  });
});

/** Frames every 40 ms with a gap, of which each fifth has no picture. */
const rows: readonly RecordedFrame[] = Array.from({ length: 2000 }, (_, id) => ({
  id,
  atMs: 5 + id * 40 + (id >= 700 ? 45_000 : 0),
  state: 'sharp',
  sharpness: 1,
  ...(id % 5 === 0 ? {} : { video: { n: 1, ms: id * 40 } }),
}));
const seen = rows.filter(({ video }) => video);
const startMs = rows[0]!.atMs;
const endMs = rows.at(-1)!.atMs;
let asked = 0;
const api = {
  frames: async ({ from = 0, to = 0, frame, at }: Record<string, number>) => {
    asked++;
    if (at !== undefined) return [rows.findLast(({ atMs }) => atMs <= at) ?? rows[0]];
    return rows.filter(({ id, atMs }) => (frame === undefined ? atMs >= from && atMs <= to : id === frame));
  },
} as unknown as ReviewApi;

describe('frames of a session', () => {
  test('the one shown at a time is the last that came before it, also in a gap and at the ends', async () => {
    const frames = new FrameRows(api, { startMs, endMs });
    for (const ms of [startMs, 1234, 19_999, 20_010, 28_010, 50_000, 72_999, 73_050, endMs, endMs + 1000]) {
      const expected = seen.findLast(({ atMs }) => atMs <= ms) ?? seen[0];
      expect((await frames.at(ms))?.id, String(ms)).toBe(expected?.id);
    }
  });

  test('steps go over stretches and gaps, and stop at the ends', async () => {
    const frames = new FrameRows(api, { startMs, endMs });
    const from = seen[400]!;
    expect((await frames.step(from, 1)).id).toBe(seen[401]!.id);
    expect((await frames.step(from, 300)).id).toBe(seen[700]!.id);
    expect((await frames.step(from, -399)).id).toBe(seen[1]!.id);
    expect((await frames.step(from, -5000)).id).toBe(seen[0]!.id);
    expect((await frames.step(from, 5000)).id).toBe(seen.at(-1)!.id);
    expect((await frames.following(seen[10]!, 3)).map(({ id }) => id)).toEqual(seen.slice(11, 14).map(({ id }) => id));
  });

  test('what is at hand is not asked for again', async () => {
    const frames = new FrameRows(api, { startMs, endMs });
    await frames.step(seen[0]!, 1);
    asked = 0;
    for (let ms = 1000; ms < 15_000; ms += 500) await frames.at(ms);
    expect(asked).toBe(0);
  });
});

describe('pictures of a video', () => {
  const samples = Array.from({ length: 3000 }, (_, i) => ({ ms: (i * 1000) / 30, offset: i * 100, bytes: 100, key: i % 30 === 0 }));
  const track = new VideoTrack(
    {
      samples: async (_: number, from: number, to: number) => {
        const begin = Math.max(
          0,
          samples.findLastIndex(({ ms, key }) => key && ms <= from),
        );
        return {
          codec: 'avc1.42c01f',
          description: '',
          widthPx: 320,
          heightPx: 240,
          samples: samples.slice(begin).filter(({ ms }) => ms <= to),
        };
      },
    } as unknown as ReviewApi,
    1,
  );

  test('each is found in its group, which is whole', async () => {
    for (const n of [0, 1, 29, 30, 899, 900, 901, 930, 2999]) {
      const group = (await track.group(samples[n]!.ms)) as PictureGroup;
      expect(group.samples.length).toBe(30);
      const at = sampleAt(group, samples[n]!.ms + 0.3);
      expect(group.samples[at as number]).toEqual(samples[n]);
      expect(group.samples[0]!.key).toBe(true);
    }
  });

  test('there is none at a time that no picture has', async () => {
    const group = (await track.group(500)) as PictureGroup;
    expect(sampleAt(group, 515)).toBeUndefined();
  });
});

describe('the timeline', () => {
  const told: Timeline = {
    startMs: 1000,
    endMs: 5000,
    bins: [1000, 2000, 3000, 4000].map((atMs, i) => ({
      atMs,
      ...(i === 2 ? {} : { sharpness: 0.5 }),
      frames: i === 2 ? 0 : 30,
      registered: 30,
      rejected: i === 1 ? 15 : 0,
      cells: i,
    })),
    events: [],
    runs: [],
    videos: [],
  };
  const scale = { fromMs: 1000, toMs: 5000, widthPx: 800 };

  test('time and place lead to each other, within the ends', () => {
    for (const ms of [1000, 1234, 5000]) expect(msAt(xOf(ms, scale), scale)).toBeCloseTo(ms, 6);
    expect(msAt(-50, scale)).toBe(1000);
    expect(msAt(9999, scale)).toBe(5000);
  });

  test('a part is shown larger around the moment that is pointed at, and never leaves the whole', () => {
    const whole = { fromMs: 0, toMs: 100_000 };
    const part = zoomSpan(whole, whole, 0.5, 80_000);
    expect(part).toEqual({ fromMs: 40_000, toMs: 90_000 });
    expect(zoomSpan(part ?? whole, whole, 0.001, 60_000)).toMatchObject({ fromMs: 59_200 });
    expect(zoomSpan(part ?? whole, whole, 3, 60_000)).toBeUndefined();
    expect(moveSpan({ fromMs: 40_000, toMs: 90_000 }, whole, 30_000)).toEqual({ fromMs: 50_000, toMs: 100_000 });
  });

  test('marks stand apart, at round times', () => {
    expect(clockMarks(scale, 150)).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(clockMarks({ ...scale, toMs: 3_601_000 }, 84)).toContain(600_000);
  });

  test('growth ends at all cells; moments are told', () => {
    expect(growthOf(told)).toEqual([0, 1 / 6, 0.5, 1]);
    expect(momentWords(told, 2500)).toBe('sharpness 0.50, 50 % of the frames not counted, 1 new cells');
    expect(momentWords(told, 3500)).toBe('no frames');
  });
});

test('what the list of sessions is asked for leaves out what says nothing', () => {
  const nothing = { search: ' ', from: '', to: '', flag: '', leastCells: undefined, sort: 'started', descending: true } as const;
  const said = (query: object): string[] => Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  expect(said(listQuery(nothing))).toEqual(['limit']);
  const asked = listQuery({ ...nothing, search: 'reader', from: '2026-01-31', to: '2026-01-31', leastCells: 10, sort: 'cells' }, 'next');
  expect(Number(asked.to) - Number(asked.from)).toBe(86_399_999);
  expect(asked).toMatchObject({ minCells: 10, sort: 'cells', order: 'desc', cursor: 'next' });
});

test('words for lengths, sizes, flags and agreement', () => {
  expect([48_000, 720_000, 3_900_000].map(lengthWords)).toEqual(['48 s', '12 min', '1 h 05 min']);
  expect([512, 91_200_000, 2_400_000_000].map(bytesWords)).toEqual(['0.5 kB', '91 MB', '2.4 GB']);
  expect(flagsOf(' teaching,, second opinion, teaching')).toEqual(['teaching', 'second opinion']);
  expect([-0.1, 0.3, 0.75, 0.95].map(kappaWords)).toEqual(['poor', 'fair', 'substantial', 'almost perfect']);
});
