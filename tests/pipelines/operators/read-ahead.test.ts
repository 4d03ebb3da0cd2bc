import { describe, expect, test } from 'vitest';
import { readAhead } from '../../../pipelines/operators/read-ahead.ts';
import { quiet } from './play-marbles.ts';

/** Numbers from 1; tells how far it was asked, and whether it was closed. */
const numbers = (until: number, failAt?: number) => {
  const told = { asked: 0, closed: false };
  async function* give(): AsyncGenerator<number> {
    try {
      while (told.asked < until) {
        told.asked++;
        if (told.asked === failAt) throw new Error('cut short');
        yield told.asked;
      }
    } finally {
      told.closed = true;
    }
  }
  return { told, source: give() };
};

describe('readAhead', () => {
  test('gives the same items in the same order, the next being fetched while one is worked on, and no more', async () => {
    const { told, source } = numbers(5);
    const taken: number[] = [];
    for await (const item of readAhead(source, () => expect.fail('nothing is unused'))) {
      await quiet();
      taken.push(item);
      expect(told.asked).toBe(Math.min(5, item + 1));
    }
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    expect(told.closed).toBe(true);
  });

  test('hands what was fetched and never taken to whoever lets it go, and closes the source', async () => {
    const { told, source } = numbers(5);
    const unused: number[] = [];
    for await (const item of readAhead(source, (left) => unused.push(left))) if (item === 2) break;
    expect(unused).toEqual([3]);
    expect(told.closed).toBe(true);
  });

  test('gives what came before a failure, and then the failure', async () => {
    const taken: number[] = [];
    const run = async (): Promise<void> => {
      for await (const item of readAhead(numbers(5, 3).source, () => {})) {
        await quiet();
        taken.push(item);
      }
    };
    await expect(run()).rejects.toThrow('cut short');
    expect(taken).toEqual([1, 2]);
  });

  test('is not troubled by a failure that nobody comes to', async () => {
    for await (const item of readAhead(numbers(5, 2).source, () => expect.fail('nothing is unused'))) {
      await quiet();
      if (item === 1) break;
    }
  });
});
