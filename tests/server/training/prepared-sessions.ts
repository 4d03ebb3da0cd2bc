import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../../domain/random.ts';
import { SHIPPED_BUNDLES } from '../../../models/runtime/bundle.ts';
import { correctSession, noCorrections } from '../../../server/bench/simulated-reader.ts';
import { readSite, recordSlide } from '../../../server/bench/site-sessions.ts';
import type { CommandIo } from '../../../server/cli/command-io.ts';

export const DEFAULT_BUNDLE = join(SHIPPED_BUNDLES, 'default');
const CLASSES = ['RBC', 'WBC', 'Platelets'];
const UM_PER_PX = 0.144;
const [WIDTH, HEIGHT] = [480, 360];

/** Draws fields of discs with a texture of their own, so that each is found on the map again, and their labels beside them. */
const drawSite = async (folder: string, fields: number): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const random = seededRandom(11);
  for (let n = 0; n < fields; n++) {
    const cells = Array.from({ length: 12 }, (_, i) => ({
      x: 50 + 115 * (i % 4) + random.between(-24, 24),
      y: 60 + 115 * Math.floor(i / 4) + random.between(-22, 22),
      radius: i === n ? 34 : random.between(20, 26),
      white: i === n,
    }));
    const drawn = cells.map(
      ({ x, y, radius, white }) =>
        `<circle cx="${x}" cy="${y}" r="${radius}" fill="${white ? '#5a3a9a' : '#d99a9a'}"/><circle cx="${x}" cy="${y}" r="${radius * 0.4}" fill="${white ? '#3a1a7a' : '#ecc6c2'}"/>`,
    );
    const specks = Array.from(
      { length: 260 },
      () => `<circle cx="${random.between(0, WIDTH)}" cy="${random.between(0, HEIGHT)}" r="${random.between(0.6, 1.6)}" fill="#c9b8b0"/>`,
    );
    const svg = `<svg width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#f3ece4"/>${specks.join('')}${drawn.join('')}</svg>`;
    await sharp(Buffer.from(svg))
      .jpeg({ quality: 92 })
      .toFile(join(folder, `field${n}.jpg`));
    const lines = cells.map(({ x, y, radius, white }) =>
      [white ? 1 : 0, x / WIDTH, y / HEIGHT, (2 * radius) / WIDTH, (2 * radius) / HEIGHT].join(' '),
    );
    await writeFile(join(folder, `field${n}.txt`), `${lines.join('\n')}\n`);
  }
};

/** A data folder with corrected sessions of so many drawn slides of two fields, made by counting them; gives the sessions' ids. */
export const prepareSessions = async (dataDir: string, slides: number): Promise<string[]> => {
  const site = join(dataDir, 'drawn');
  await drawSite(site, 2 * slides);
  const io: CommandIo = { stdout: () => {}, stderr: () => {}, signal: new AbortController().signal, command: 'a test' };
  const ids: string[] = [];
  const settings = { dataDir, umPerPx: UM_PER_PX, model: DEFAULT_BUNDLE, classes: CLASSES };
  for (const [n, slide] of (await readSite(site, [0, 1, 2], 2)).entries()) {
    const { id, folder, truthOf } = await recordSlide(slide, n, settings, io);
    correctSession(folder, truthOf, new Set(CLASSES), Number.POSITIVE_INFINITY, noCorrections());
    ids.push(id);
  }
  return ids;
};

/** A copy of the shipped bundle with another version, and thresholds of its own where they are given. */
export const bundleLike = async (to: string, version: string, score?: readonly number[]): Promise<string> => {
  await cp(DEFAULT_BUNDLE, to, { recursive: true });
  const file = join(to, 'card.json');
  const card = JSON.parse(await readFile(file, 'utf8')) as { version: string; thresholds: { score: number[] } };
  const next = { ...card, version, thresholds: { ...card.thresholds, score: score ?? card.thresholds.score } };
  await writeFile(file, JSON.stringify(next));
  return to;
};
