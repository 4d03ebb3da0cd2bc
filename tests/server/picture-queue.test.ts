import { expect, test } from 'vitest';
import type { FieldReport } from '../../domain/field-report.ts';
import type { FrameNews } from '../../server/camera/camera.ts';
import { createPictureQueue } from '../../server/http/picture-queue.ts';

const bytes = new Uint8Array(1);
const report = (frameId: number): FieldReport => ({ frameId }) as FieldReport;
const chunk = (id: number, key = false): FrameNews => ({
  type: 'frame',
  report: report(id),
  video: { codec: 'avc1.42c01f', key, data: bytes },
  latencyMs: 0,
});
const jpeg = (id: number): FrameNews => ({ type: 'frame', report: report(id), picture: bytes, latencyMs: 0 });

/** Pushes each and gives what was sent: its id, and what was skipped until then. */
const sent = (queue: ReturnType<typeof createPictureQueue>, steps: readonly (readonly [FrameNews, boolean])[]): [number, number][] =>
  steps.flatMap(([news, hasRoom]) => {
    queue.push(news);
    const frame = queue.next(hasRoom);
    return frame === undefined ? [] : [[frame.news.report.frameId, frame.skipped] as [number, number]];
  });

test('of JPEGs the newest waits for room', () => {
  const queue = createPictureQueue('jpeg', () => {});
  expect(
    sent(queue, [
      [jpeg(0), true],
      [jpeg(1), false],
      [jpeg(2), false],
    ]),
  ).toEqual([[0, 0]]);
  expect(queue.next(true)).toMatchObject({ news: { report: { frameId: 2 } }, skipped: 1, video: undefined });
  expect(queue.next(true)).toBeUndefined();
});

test('the coded stream begins with a keyframe; what came before was not skipped', () => {
  const queue = createPictureQueue('webcodecs', () => {});
  expect(
    sent(queue, [
      [chunk(0), true],
      [chunk(1), true],
      [chunk(2, true), true],
      [chunk(3), true],
    ]),
  ).toEqual([
    [2, 0],
    [3, 0],
  ]);
});

test('after a chunk without room nothing is sent before the keyframe that is asked for when there is room again', () => {
  let asked = 0;
  const queue = createPictureQueue('webcodecs', () => asked++);
  expect(
    sent(queue, [
      [chunk(0, true), true],
      [chunk(1), false],
      [chunk(2), false],
    ]),
  ).toEqual([[0, 0]]);
  expect(asked).toBe(0);
  queue.next(true);
  queue.next(true);
  expect(asked).toBe(1);
  expect(
    sent(queue, [
      [chunk(3), true],
      [chunk(4, true), true],
      [chunk(5), true],
    ]),
  ).toEqual([
    [4, 3],
    [5, 3],
  ]);
  expect(asked).toBe(1);
});

test('a keyframe without room is asked for once more', () => {
  let asked = 0;
  const queue = createPictureQueue('webcodecs', () => asked++);
  sent(queue, [
    [chunk(0, true), true],
    [chunk(1), false],
    [chunk(2), true],
    [chunk(3, true), false],
  ]);
  queue.next(true);
  expect(asked).toBe(2);
});

test('where the service has no stream its viewers are given JPEG', () => {
  const queue = createPictureQueue('webcodecs', () => {});
  expect(
    sent(queue, [
      [jpeg(0), true],
      [jpeg(1), true],
    ]),
  ).toEqual([
    [0, 0],
    [1, 0],
  ]);
});

test('one that changes to JPEG is given no more chunks', () => {
  const queue = createPictureQueue('webcodecs', () => {});
  sent(queue, [[chunk(0, true), true]]);
  queue.want('jpeg');
  expect(
    sent(queue, [
      [chunk(1), true],
      [jpeg(2), true],
    ]),
  ).toEqual([[2, 0]]);
});
