import { expect, it } from 'vitest';
import { likeliestClass, weighClass } from '../../../pipelines/slide/cell.ts';

it('keeps the class of faint sightings, however many', () => {
  const evidence = new Float64Array(3);
  for (let sighting = 0; sighting < 12; sighting++) {
    weighClass(evidence, 2, 0.28, false);
    expect(likeliestClass(evidence)).toBe(2);
  }
});

it('changes its mind on better sightings of another class', () => {
  const evidence = new Float64Array(3);
  weighClass(evidence, 0, 0.4, false);
  weighClass(evidence, 1, 0.9, false);
  expect(likeliestClass(evidence)).toBe(1);
});
