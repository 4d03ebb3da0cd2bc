import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../domain/geometry.ts';
import { averagePrecision, type EvaluatedImage } from '../../models/evaluate/average-precision.ts';

type FixtureItem = { box: Box; class: number; score: number };
type Fixture = {
  classes: number;
  images: { truth: FixtureItem[]; detections: FixtureItem[] }[];
  expected: { mAP: number; mAP50: number; mAR100: number; perClass: ({ AP: number; AP50: number; recall: number } | null)[] };
};

const fixture = JSON.parse(await readFile(new URL('../fixtures/coco/coco-fixture.json', import.meta.url), 'utf8')) as Fixture;

const images: EvaluatedImage[] = fixture.images.map((image) => ({
  truth: image.truth.map((item) => ({ box: item.box, classIndex: item.class })),
  detections: image.detections.map((item) => ({ box: item.box, classIndex: item.class, score: item.score })),
}));

describe('average precision', () => {
  const measured = averagePrecision(images, fixture.classes);

  it('equals pycocotools to 1e-6', () => {
    const { mAP, mAP50, mAR100 } = fixture.expected;
    expect(Math.abs(measured.mAP - mAP)).toBeLessThan(1e-6);
    expect(Math.abs(measured.mAP50 - mAP50)).toBeLessThan(1e-6);
    expect(Math.abs(measured.mAR100 - mAR100)).toBeLessThan(1e-6);
  });

  it('equals pycocotools for each class, and leaves out a class without truth', () => {
    expect(fixture.expected.perClass).toContain(null);
    fixture.expected.perClass.forEach((expected, index) => {
      const given = measured.perClass[index];
      if (expected === null) {
        expect(given).toBeUndefined();
        return;
      }
      expect(Math.abs(given!.AP - expected.AP)).toBeLessThan(1e-6);
      expect(Math.abs(given!.AP50 - expected.AP50)).toBeLessThan(1e-6);
      expect(Math.abs(given!.recall - expected.recall)).toBeLessThan(1e-6);
    });
  });

  it('falls when a good detection is taken away', () => {
    const poorer = images.map((image) => ({ ...image, detections: image.detections.filter((item) => item.score < 0.9) }));
    expect(averagePrecision(poorer, fixture.classes).mAP).toBeLessThan(measured.mAP);
  });
});
