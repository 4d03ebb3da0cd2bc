import type { Change } from '../../../domain/review.ts';
import { openReviewWriter } from '../../../server/review/review-writer.ts';

/** Corrects one cell after another and says each number once it is acknowledged, until it is killed. */
const folder = process.argv[2]!;
for (let cell = 1; ; cell = (cell % 50) + 1) {
  using writer = openReviewWriter(folder);
  const change: Change = { kind: 'reclassify', cells: [cell], class: 'WBC' };
  const { n } = writer.change({ reading: 1, by: 'Reader A', change }, Date.now());
  process.stdout.write(`${n}\n`);
}
