import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classColour } from '../../../domain/class-colours.ts';
import { drawContactSheet } from '../../../models/datasets/contact-sheet.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'smearscope-sheet-'));
  await sharp({ create: { width: 100, height: 80, channels: 3, background: '#ffffff' } })
    .png()
    .toFile(path.join(dir, 'a.png'));
  await writeFile(path.join(dir, 'broken.png'), 'none');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const fieldOf = (file: string) => ({ file, picture: { path: path.join(dir, file) }, annotation: '', widthPx: 100, heightPx: 80 });

it('draws each box where it is, in the colour of its class, and goes on past a damaged picture', async () => {
  const marks = [{ label: 'WBC', box: [10, 20, 60, 70] as const }];
  const shown = [
    { split: 'train', field: { ...fieldOf('a.png'), marks } },
    { split: '<test>', field: { ...fieldOf('broken.png'), marks } },
  ];
  const out = path.join(dir, 'sheet.png');
  const size = await drawContactSheet(shown, out, { classes: ['RBC', 'WBC'], columns: 4, fieldPx: 200 });
  const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
  expect(size).toEqual({ widthPx: info.width, heightPx: info.height });
  const at = (x: number, y: number): string => {
    const start = (y * info.width + x) * info.channels;
    return `#${data.subarray(start, start + 3).toString('hex')}`;
  };
  // The field is drawn at twice its size, right of the gap and under the legend.
  const [left, top] = [8, 40];
  for (const [x, y] of [
    [20, 80],
    [120, 80],
    [70, 40],
    [70, 140],
  ] as const)
    expect(at(left + x, top + y)).toBe(classColour(1));
  expect(at(left + 70, top + 80)).toBe('#ffffff');
});

it('refuses a sheet that no picture file can be', async () => {
  const shown = Array.from({ length: 200 }, () => ({ split: 'train', field: { ...fieldOf('a.png'), marks: [] } }));
  await expect(drawContactSheet(shown, path.join(dir, 'x.png'), { classes: [], columns: 1, fieldPx: 200 })).rejects.toThrow(
    /smaller --count/,
  );
});
