import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldWeights } from '../../../models/from-sessions/field-weights.ts';
import { splitSlides } from '../../../models/from-sessions/split-slides.ts';

const slidesOf = (reviewed: readonly number[]) => reviewed.map((reviewedFields, i) => ({ slide: `slide ${i}`, reviewedFields }));

describe('slides', () => {
  it('are each on one side, with some to learn from and some to judge by', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 40 }), (reviewed) => {
        const slides = slidesOf(reviewed);
        const sides = splitSlides(slides);
        expect(sides.size).toBe(slides.length);
        expect([...sides.values()]).toContain('train');
        expect([...sides.values()]).toContain('test');
      }),
    );
  });

  it('are on the same side whatever their order', () => {
    const slides = slidesOf([3, 4, 5, 6, 7, 8]);
    expect(Object.fromEntries(splitSlides(slides))).toEqual(Object.fromEntries(splitSlides([...slides].reverse())));
  });

  it('stay on the side that an earlier training had them on', () => {
    const known = new Map([['slide 0', 'test'] as const, ['slide 1', 'train'] as const]);
    const sides = splitSlides(slidesOf([5, 5, 5, 5]), known);
    expect([sides.get('slide 0'), sides.get('slide 1')]).toEqual(['test', 'train']);
  });

  it('have nobody to judge by where there is one alone, or none was looked through', () => {
    expect([...splitSlides(slidesOf([9])).values()]).toEqual(['train']);
    expect([...splitSlides(slidesOf([0, 0, 0])).values()]).toEqual(['train', 'train', 'train']);
  });

  it('spare some for choosing where there are enough', () => {
    const sides = [...splitSlides(slidesOf(Array.from({ length: 12 }, () => 3))).values()];
    expect(sides.filter((side) => side === 'val')).toHaveLength(2);
    expect(sides.filter((side) => side === 'test')).toHaveLength(3);
  });
});

describe('fields', () => {
  it('are shown up to three times as often as the easiest, by rank', () => {
    expect(fieldWeights([5, 0, 100])).toEqual([2, 1, 3]);
    expect(fieldWeights([1, 1])).toEqual([1, 1]);
  });
});
