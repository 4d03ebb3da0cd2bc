import { describe, expect, it } from 'vitest';
import { SIZE_BINS, sizeDistribution, sizesOf } from '../../domain/size-distribution.ts';

const areaOf = (diameterUm: number): number => (Math.PI * diameterUm ** 2) / 4;

describe('sizes of cells', () => {
  it('gives means and spreads of diameters and areas', () => {
    const sizes = sizesOf([6, 7, 8].map(areaOf));
    expect(sizes.n).toBe(3);
    expect(sizes.meanDiameterUm).toBeCloseTo(7, 9);
    expect(sizes.sdDiameterUm).toBeCloseTo(1, 9);
    expect(sizes.diameterCvPercent).toBeCloseTo(100 / 7, 9);
    // Of 36, 49 and 64, in π/4: mean 149/3, sample variance 591/3 less a third.
    expect(sizes.rdwPercent).toBeCloseTo(28.2119, 4);
    expect(sizes.meanAreaUm2).toBeCloseTo((Math.PI / 4) * (149 / 3), 9);
  });

  it('sorts diameters into fixed bins, the last open', () => {
    const { counts, binUm } = sizesOf([7.1, 7.4, 7.6, 80].map(areaOf));
    expect(binUm).toBe(0.5);
    expect(counts.slice(14, 16)).toEqual([2, 1]);
    expect(counts[SIZE_BINS - 1]).toBe(1);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(4);
  });

  it('keeps fragments and clumps out of means and spreads, and says how many', () => {
    const single = Array.from({ length: 20 }, (_, i) => areaOf(7 + (i % 5) / 10));
    const clean = sizesOf(single);
    const dirty = sizesOf([...single, areaOf(2), areaOf(14)]);
    expect(dirty).toMatchObject({ n: 22, beyond: 2 });
    expect(dirty.rdwPercent).toBeCloseTo(clean.rdwPercent!, 9);
  });

  it('has no means without cells and no spreads for one', () => {
    expect(sizesOf([])).toEqual({ n: 0, beyond: 0, binUm: 0.5, counts: Array(SIZE_BINS).fill(0) });
    const one = sizesOf([areaOf(7), Number.NaN, -1]);
    expect(one).toMatchObject({ n: 1, beyond: 0 });
    expect(one.rdwPercent).toBeUndefined();
    expect(sizeDistribution.parse(one)).toEqual(one);
  });
});
