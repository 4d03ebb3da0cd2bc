import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../domain/random.ts';
import { addedKinds, backgroundKinds, combinations } from '../../../models/compose/combinations.ts';
import { seedOf, UNIT_IMAGES, unitsOf } from '../../../models/compose/compose-plan.ts';
import { createPictureWriter } from '../../../models/compose/write-png.ts';

describe('combinations', () => {
  it('asks for each subset of the added kinds on each background within so many pictures', () => {
    const all = new Set([0, 1, 2, 3, 4, 5, 7, 8]);
    const [backgrounds, added] = [backgroundKinds(all), addedKinds(all)];
    expect(backgrounds).toEqual(['healthy', 'infected', 'mixed']);
    const deck = combinations(added, seedOf(1, 'train', -1));
    const asked = new Map<string, number>();
    for (const { index, images } of unitsOf({ counts: { train: 768, validate: 0, test: 0 } })) {
      const first = Math.floor(index / backgrounds.length) * UNIT_IMAGES;
      for (let i = 0; i < images; i++) {
        const key = `${index % backgrounds.length} ${deck[(first + i) % deck.length]!.join(' ')}`;
        asked.set(key, (asked.get(key) ?? 0) + 1);
      }
    }
    expect(asked.size).toBe(3 * 2 ** 7);
    expect(new Set(asked.values())).toEqual(new Set([2]));
  });
});

describe('the PNG writer', () => {
  it.each([0, 1, 40, 255])('writes noise of amplitude %i that another program reads back exactly', async (amplitude) => {
    const random = seededRandom(amplitude + 1);
    const rgb = Uint8Array.from({ length: 3 * 61 * 47 }, () => random.integer(amplitude + 1));
    const write = createPictureWriter(61, 47);
    write(rgb.map((value) => 255 - value));
    const read = await sharp(write(rgb)).raw().toBuffer();
    expect(new Uint8Array(read)).toEqual(rgb);
  });
});
