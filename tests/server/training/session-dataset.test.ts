import { describe, expect, test } from 'vitest';
import { sessionDataset } from '../../../server/training/session-dataset.ts';
import type { SessionField, SessionFields } from '../../../server/training/session-fields.ts';

const field = (keyframe: number, isReviewed: boolean): SessionField => ({
  ...{ session: 's', slide: 'a', keyframe, island: 1, picture: 'k.jpg', widthPx: 640, heightPx: 480, umPerPx: 0.1, reviewed: isReviewed },
  ...{ marks: [], ignored: [], corrections: 1, hardness: 1 },
});
const session = (reviewed: readonly boolean[]): SessionFields => ({
  facts: { id: 's', source: 'clip.mp4', classes: ['RBC'], specimen: 'smear' } as unknown as SessionFields['facts'],
  slide: 'a',
  fields: reviewed.map((isReviewed, i) => field(i + 1, isReviewed)),
  withoutPicture: 0,
});
const heldBack = (reviewed: readonly boolean[]): number[] => {
  const { dataset } = sessionDataset([session(reviewed)], { oneSlide: true });
  return dataset.splits.find(({ name }) => name === 'test')!.fields.map(({ file }) => Number(/-(\d+)\.jpg$/.exec(file)![1]));
};
const all = (count: number): boolean[] => Array.from({ length: count }, () => true);

describe('blocks of a single slide', () => {
  test.each([
    [4, [4]],
    [9, [7, 8]],
    [13, [10, 11, 12]],
  ])('of %i fields these are held back: %j', (count, wanted) => {
    expect(heldBack(all(count))).toEqual(wanted);
  });

  test('too few fields, or none of the held-back ones looked through, is one line that says what to do', () => {
    const line = /none is left to judge the bundle by: look through at least 4 fields of it whole .* or record and review a second slide$/;
    expect(() => heldBack(all(3))).toThrow(line);
    expect(() => heldBack([true, true, true, false])).toThrow(line);
  });
});
