import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { boxArea, containsBox, insetBox } from '../../domain/geometry.ts';
import type { BloodField } from '../../models/compose/blood-field.ts';
import { readBloodFields } from '../../server/microscope/blood-fields.ts';
import { composeSlide } from '../../server/microscope/compose-slide.ts';
import type { Slide } from '../../server/microscope/slide.ts';

const size = { widthPx: 1600, heightPx: 1200 };
const hash = ({ y, u, v, cells }: Slide): string =>
  createHash('sha256').update(y).update(u).update(v).update(JSON.stringify(cells)).digest('hex');

describe('composeSlide', () => {
  let fields: BloodField[];
  let slide: Slide;
  beforeAll(async () => {
    fields = await readBloodFields();
    slide = composeSlide({ seed: 5, fields, ...size });
  });

  it('ships 28 annotated fields of three classes', () => {
    expect(fields).toHaveLength(28);
    expect(new Set(fields.flatMap(({ cells }) => cells.map(({ classIndex }) => classIndex)))).toEqual(new Set([0, 1, 2]));
  });

  it('gives the same slide for the same seed, and another for another', () => {
    const few = fields.slice(0, 5);
    const one = hash(composeSlide({ seed: 3, fields: few, ...size }));
    expect(hash(composeSlide({ seed: 3, fields: few, ...size }))).toBe(one);
    expect(hash(composeSlide({ seed: 4, fields: few, ...size }))).not.toBe(one);
  });

  it('keeps every cell whole on the slide, with ids from 1', () => {
    expect(slide.cells.length).toBeGreaterThan(50);
    for (const { box } of slide.cells) expect(containsBox([0, 0, size.widthPx, size.heightPx], box)).toBe(true);
    expect(slide.cells.map(({ id }) => id)).toEqual(slide.cells.map((_, i) => i + 1));
    expect(Object.keys(Object.groupBy(slide.cells, (cell) => cell.class)).sort()).toEqual(['Platelets', 'RBC', 'WBC']);
  });

  it('has a box for everything dark, and something dark in every box', () => {
    const glass = slide.y.toSorted()[Math.floor(slide.y.length * 0.7)]!;
    const dark = slide.y.map((level) => (level < glass - 12 ? 1 : 0));
    const uncovered = dark.slice();
    for (const { box } of slide.cells) {
      const [x0, y0, x1, y1] = insetBox(box, -6).map(Math.round) as [number, number, number, number];
      let inside = 0;
      for (let y = Math.max(0, y0); y < Math.min(size.heightPx, y1); y++) {
        for (let x = Math.max(0, x0); x < Math.min(size.widthPx, x1); x++) {
          inside += dark[y * size.widthPx + x]!;
          uncovered[y * size.widthPx + x] = 0;
        }
      }
      expect(inside).toBeGreaterThan(0.1 * boxArea(box));
    }
    const stray = uncovered.reduce((sum, is) => sum + is, 0);
    expect(stray / dark.reduce((sum, is) => sum + is, 0)).toBeLessThan(0.002);
  });
});
