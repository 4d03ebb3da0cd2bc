import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCutouts } from '../../../models/compose/make-cutouts.ts';

const SIDE = 100;
const GLASS = [250, 240, 150];
const CYTOPLASM = [125, 120, 75];
const NUCLEUS = [50, 24, 60];

/** A crop that is mostly red cells, with a white cell of 30 px radius in the middle, and its mask. */
const writeCrop = async (dir: string, stem: string): Promise<void> => {
  const rgb = new Uint8Array(3 * SIDE * SIDE);
  const mask = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < mask.length; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const radius = Math.hypot(x - SIDE / 2, y - SIDE / 2);
    const colour = radius < 15 ? NUCLEUS : radius < 30 ? CYTOPLASM : y < 25 ? GLASS : [200, 150, 100];
    rgb.set(colour, 3 * i);
    mask[i] = radius < 15 ? 255 : radius < 30 ? 128 : 0;
  }
  const size = { width: SIDE, height: SIDE };
  await sharp(rgb, { raw: { ...size, channels: 3 } })
    .png()
    .toFile(path.join(dir, `${stem}.png`));
  await sharp(mask, { raw: { ...size, channels: 1 } })
    .png()
    .toFile(path.join(dir, `${stem}_mask.png`));
};

describe('cut-outs of white cells with masks', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'smearscope-masked-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('cuts nucleus and cytoplasm out whole, by the kinds of the list, in colours as on clear glass', async () => {
    for (const stem of ['001', '002']) await writeCrop(dir, stem);
    await writeFile(path.join(dir, 'labels.csv'), 'image ID,class label\n1,2\n2,4\n');
    const out = path.join(dir, 'cut');
    const io = { progress: () => {}, nowMs: () => 0, command: '' };
    const options = {
      from: 'wbc-masks',
      data: dir,
      out,
      umPerPx: 0.1,
      licence: 'GPL-3.0',
      map: new Map(),
      format: 'auto',
      most: 10,
    } as const;
    expect((await makeCutouts(options, io)).kinds).toEqual({ lymphocyte: 1, eosinophil: 1 });
    const { data, info } = await sharp(path.join(out, 'lymphocyte', 'wbc-001.png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const middle = 4 * ((info.height >> 1) * info.width + (info.width >> 1));
    const beside = middle + 4 * 22;
    for (const [at, colour] of [
      [middle, NUCLEUS],
      [beside, CYTOPLASM],
    ] as const)
      for (const channel of [0, 1, 2]) expect(data[at + channel]! / 235).toBeCloseTo(colour[channel]! / GLASS[channel]!, 1);
    let area = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 127) area++;
    expect(area / (Math.PI * 30 * 30)).toBeCloseTo(1, 1);
    const notes = JSON.parse(await readFile(path.join(out, 'cutouts.json'), 'utf8'));
    expect(notes.sets[0]).toMatchObject({ licence: 'GPL-3.0', umPerPx: 0.1 });
  });
});
