import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { averagePrecisionOf } from '../../models/evaluate/average-precision.ts';
import { type Region, regionIou, regionOfOutline } from '../../models/segment/judge/region.ts';

type Item = { class: number; score: number; counts: number[] };
type Fixture = {
  classes: number;
  size: [number, number];
  images: { truth: Item[]; detections: Item[] }[];
  expected: { mAP: number; mAP50: number; mAR: number; perClass: ({ AP: number; AP50: number; recall: number } | null)[] };
};

test('average precision of masks equals pycocotools to 1e-6', async () => {
  const fixture = JSON.parse(await readFile(new URL('../fixtures/coco/coco-masks-fixture.json', import.meta.url), 'utf8')) as Fixture;
  const [heightPx, widthPx] = fixture.size;
  const cell = ({ class: classIndex, score, counts }: Item) => ({
    classIndex,
    score,
    region: regionOfOutline({ counts, size: fixture.size }, widthPx, heightPx)!,
  });
  const images = fixture.images.map(({ truth, detections }) => ({ truth: truth.map(cell), detections: detections.map(cell) }));
  const overlap = (a: { region: Region }, b: { region: Region }): number => regionIou(a.region, b.region);
  const measured = averagePrecisionOf({ images, overlap, limit: 1000 }, fixture.classes);
  const { mAP, mAP50, mAR, perClass } = fixture.expected;
  expect(measured.mAP).toBeCloseTo(mAP, 6);
  expect(measured.mAP50).toBeCloseTo(mAP50, 6);
  expect(measured.mAR100).toBeCloseTo(mAR, 6);
  expect(perClass).toContain(null);
  perClass.forEach((wanted, index) => {
    if (wanted === null) expect(measured.perClass[index]).toBeUndefined();
    else expect(measured.perClass[index]).toMatchObject({ AP: expect.closeTo(wanted.AP, 6), AP50: expect.closeTo(wanted.AP50, 6) });
  });
});
