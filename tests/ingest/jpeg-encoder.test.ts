import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../domain/frame.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { createJpegEncoder } from '../../server/ingest/jpeg-encoder.ts';

const COLOURS = [
  { name: 'glass', rgb: [240, 236, 228] },
  { name: 'red cell', rgb: [206, 142, 140] },
  { name: 'nucleus', rgb: [92, 52, 128] },
  { name: 'white', rgb: [255, 255, 255] },
  { name: 'black', rgb: [0, 0, 0] },
] as const;

/** BT.601 by the book. */
const yuv = ([r, g, b]: readonly number[], fullRange: boolean): [number, number, number] => {
  const [y, u, v] = [
    0.299 * r! + 0.587 * g! + 0.114 * b!,
    -0.168736 * r! - 0.331264 * g! + 0.5 * b!,
    0.5 * r! - 0.418688 * g! - 0.081312 * b!,
  ];
  return fullRange ? [y, 128 + u, 128 + v] : [16 + (y * 219) / 255, 128 + (u * 224) / 255, 128 + (v * 224) / 255];
};

const plain = (rgb: readonly number[], fullRange: boolean, widthPx = 640, heightPx = 360): Frame =>
  createFramePool().frame({ id: 0, capturedAtMs: 0, widthPx, heightPx, fullRange }, (y, u, v) => {
    const samples = yuv(rgb, fullRange).map((value) => Math.min(255, Math.round(value)));
    [y, u, v].forEach((plane, index) => {
      plane.data.fill(samples[index]!);
    });
  })!;

describe('JPEG pictures', () => {
  for (const fullRange of [true, false]) {
    test.each(COLOURS)(`show a browser the right colour: $name (full range: ${fullRange})`, async ({ rgb }) => {
      for (const maxWidthPx of [640, 320]) {
        using encoder = createJpegEncoder({ quality: 75, maxWidthPx });
        using frame = plain(rgb, fullRange);
        const { data, info } = await sharp(await encoder.encode(frame))
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).toEqual([maxWidthPx, (maxWidthPx * 9) / 16]);
        const at = 3 * ((info.height >> 1) * info.width + (info.width >> 1));
        rgb.forEach((value, channel) => {
          expect(Math.abs(data[at + channel]! - value)).toBeLessThanOrEqual(4);
        });
      }
    });
  }

  test('are never enlarged, and odd heights come out even', async () => {
    using encoder = createJpegEncoder({ maxWidthPx: 320 });
    using small = plain([200, 100, 100], false, 160, 90);
    expect(await sharp(await encoder.encode(small)).metadata()).toMatchObject({ width: 160, height: 90 });
    using flat = plain([200, 100, 100], false, 1844, 820);
    expect(await sharp(await encoder.encode(flat)).metadata()).toMatchObject({ width: 320, height: 142 });
  });

  test('of several frames at once are each of their own frame', async () => {
    using encoder = createJpegEncoder({ quality: 80 });
    const greys = [20, 80, 140, 200, 230, 60];
    const pictures = await Promise.all(
      greys.map(async (grey) => {
        using frame = plain([grey, grey, grey], true);
        return sharp(await encoder.encode(frame))
          .raw()
          .toBuffer();
      }),
    );
    pictures.forEach((pixels, index) => {
      expect(Math.abs(pixels[5000]! - greys[index]!)).toBeLessThanOrEqual(2);
    });
  });

  test('follow frames that change their size', async () => {
    using encoder = createJpegEncoder();
    for (const [widthPx, heightPx] of [
      [64, 48],
      [128, 96],
      [64, 48],
    ] as const) {
      using frame = plain([120, 120, 120], true, widthPx, heightPx);
      expect(await sharp(await encoder.encode(frame)).metadata()).toMatchObject({ width: widthPx, height: heightPx });
    }
  });
});
