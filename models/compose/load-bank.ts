import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { damaged } from '../datasets/bounded-read.ts';
import { mapBounded } from '../datasets/map-bounded.ts';
import { readPictureBytes } from '../datasets/picture-file.ts';
import { CELL_KINDS, SPLITS, type SplitName } from './cell-kinds.ts';
import { type BankEntry, type Cutout, type CutoutBank, packPixel } from './cutout-bank.ts';
import type { CutoutFile, CutoutFolder, CutoutSet } from './cutout-folder.ts';
import { dealSamples } from './deal-samples.ts';
import { CLEAR } from './transmittance.ts';

const MOST_PIXELS = 4_000_000;
const MOST_BYTES = 512 * 2 ** 20;
const AT_ONCE = 8;
/** Below this a mask is nothing, and the colour there is not to be trusted. */
const FAINT = 8;
const MARGIN_PX = 2;

const decode = async (file: string, size?: { width: number; height: number }) => {
  const picture = sharp(await readPictureBytes({ path: file }), { limitInputPixels: MOST_PIXELS }).toColourspace('srgb');
  return picture
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .then(({ data, info }) => {
      if (size !== undefined && (info.width !== size.width || info.height !== size.height))
        throw damaged(file, 'the mask has another size than the cut-out');
      return { data, width: info.width, height: info.height };
    });
};

/** Where an alpha channel (the fourth byte) is to be seen: `x0 y0 x1 y1`; `undefined` where it is not. */
const seenBox = (rgba: Uint8Array, widthPx: number, heightPx: number): [number, number, number, number] | undefined => {
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let y = 0, i = 3; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, i += 4) {
      if (rgba[i]! < FAINT) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), y + 1];
    }
  return x1 > x0 ? [x0, y0, x1, y1] : undefined;
};

/** Reads a cut-out, brings it to a scale and trims it to what is to be seen. A margin of two pixels lets it be turned without a hard rim. */
const readCutout = async (
  { file, maskFile, set }: CutoutFile,
  { glass, umPerPx }: Omit<CutoutSet, 'cutouts'>,
  wantedUmPerPx: number,
): Promise<Cutout> => {
  const { data, width, height } = await decode(file);
  if (maskFile !== undefined) {
    const mask = await decode(maskFile, { width, height });
    for (let i = 0; i < width * height; i++) data[4 * i + 3] = mask.data[4 * i]!;
  }
  const scale = umPerPx / wantedUmPerPx;
  const [w, h] = [Math.max(3, Math.round(width * scale)), Math.max(3, Math.round(height * scale))];
  const rgba = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(w, h, { fit: 'fill' })
    .raw()
    .toBuffer();
  const box = seenBox(rgba, w, h);
  let [solid, clear] = [false, false];
  for (let i = 3; i < rgba.length; i += 4) {
    if (rgba[i]! > 127) solid = true;
    else clear = true;
  }
  if (box === undefined || !solid) throw damaged(file, 'the cut-out shows nothing: its picture has no alpha and no mask');
  if (!clear) throw damaged(file, 'the cut-out has neither alpha nor a mask', 'save it with alpha, or put NAME_mask.png beside it');
  const [x0, y0, x1, y1] = box;
  const [widthPx, heightPx] = [x1 - x0 + 2 * MARGIN_PX, y1 - y0 + 2 * MARGIN_PX];
  const words = new Uint32Array(widthPx * heightPx).fill(packPixel(CLEAR, CLEAR, CLEAR, 0));
  const level = (from: number, channel: number): number => Math.min(255, (rgba[from + channel]! * CLEAR) / glass[channel]! + 0.5);
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const from = 4 * (y * w + x);
      const soft = rgba[from + 3]!;
      if (soft >= FAINT)
        words[(y - y0 + MARGIN_PX) * widthPx + x - x0 + MARGIN_PX] = packPixel(level(from, 0), level(from, 1), level(from, 2), soft);
    }
  return { set, widthPx, heightPx, words };
};

/** Reads all cut-outs and deals them to the splits. Faults: `data` where one is damaged or a split that is wanted gets none of a kind. */
export const loadBank = async (
  folder: CutoutFolder,
  options: {
    readonly umPerPx: number;
    readonly seed: number;
    readonly splits: readonly SplitName[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<CutoutBank> => {
  const splits = dealSamples(folder.files, options.splits, options.seed);
  for (const kind of new Set(folder.files.map((file) => file.kind)))
    for (const split of SPLITS.filter((name) => options.splits.includes(name)))
      if (!folder.files.some((file, i) => file.kind === kind && splits[i] === split))
        throw damaged(
          CELL_KINDS[kind]!.name,
          `too few pictures of this kind to share out among ${options.splits.join(', ')}`,
          'add cut-outs of it, or take its folder away',
        );
  let total = 0;
  const cutouts = await mapBounded(
    folder.files,
    AT_ONCE,
    async (file) => {
      const cutout = await readCutout(file, folder.sets[file.set]!, options.umPerPx);
      total += cutout.words.length;
      if (4 * total > MOST_BYTES)
        throw damaged(file.file, 'the cut-outs take more than 512 MiB', 'give a larger --um-per-px, or take some away');
      return cutout;
    },
    options.signal,
  );
  const words = new Uint32Array(new SharedArrayBuffer(4 * total));
  const entries: BankEntry[] = [];
  let at = 0;
  for (const [i, cutout] of cutouts.entries()) {
    const { kind, set, file } = folder.files[i]!;
    entries.push({ kind, set, split: splits[i]!, file, widthPx: cutout.widthPx, heightPx: cutout.heightPx, at });
    words.set(cutout.words, at);
    at += cutout.words.length;
  }
  const named = entries.map(({ file: _, ...entry }) => entry);
  const sha256 = createHash('sha256').update(JSON.stringify(named)).update(words).digest('hex');
  return { entries, words, sha256 };
};
