import { expect, test } from 'vitest';
import { keptOrSaid } from '../../../server/review/kept-or-said.ts';

test('a full disk is said, and that nothing was kept', () => {
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
  const write = (): never => {
    throw full;
  };
  expect(() => keptOrSaid(write)).toThrow(/^nothing was kept, since the disk is full or fails: free some space/);
});
