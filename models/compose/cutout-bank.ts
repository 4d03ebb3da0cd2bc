import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { damaged } from '../datasets/bounded-read.ts';
import { mapBounded } from '../datasets/map-bounded.ts';
import { readPictureBytes } from '../datasets/picture-file.ts';
import { CELL_KINDS, SPLITS, type SplitName } from './cell-kinds.ts';
import type { CutoutFile, CutoutFolder, CutoutSet } from './cutout-folder.ts';
import { dealSamples } from './deal-samples.ts';
import type { Patch } from './paint-patch.ts';
import { CLEAR } from './transmittance.ts';

/** A cut-out in the bank: where its bytes lie, transmittance first and the soft mask after it. */
export type BankEntry = {
  readonly kind: number;
  readonly set: number;
  readonly split: SplitName;
  readonly file: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly at: number;
};

/** Every cut-out at the scale of the pictures to come, in memory that threads share. */
export type CutoutBank = { readonly entries: readonly BankEntry[]; readonly bytes: SharedArrayBuffer; readonly sha256: string };

export const bankPatch = ({ bytes }: CutoutBank, { widthPx, heightPx, at }: BankEntry): Patch => ({
  widthPx,
  heightPx,
  rgb: new Uint8Array(bytes, at, 3 * widthPx * heightPx),
  mask: new Uint8Array(bytes, at + 3 * widthPx * heightPx, widthPx * heightPx),
});

const MOST_PIXELS = 4_000_000;
const MOST_BYTES = 512 * 2 ** 20;
const AT_ONCE = 8;
/** Below this a mask is nothing, and the colour there is not to be trusted. */
const FAINT = 8;

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

/** Reads a cut-out and brings it to a scale. A margin of two pixels lets it be turned without a hard rim. */
const readPatch = async (
  { file, maskFile }: CutoutFile,
  { glass, umPerPx }: Omit<CutoutSet, 'cutouts'>,
  wantedUmPerPx: number,
): Promise<Patch> => {
  const { data, width, height } = await decode(file);
  if (maskFile !== undefined) {
    const mask = await decode(maskFile, { width, height });
    for (let i = 0; i < width * height; i++) data[4 * i + 3] = mask.data[4 * i]!;
  }
  const scale = umPerPx / wantedUmPerPx;
  const [w, h] = [Math.max(3, Math.round(width * scale)), Math.max(3, Math.round(height * scale))];
  const rgba = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(w, h, { fit: 'fill' })
    .extend({ top: 2, bottom: 2, left: 2, right: 2, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer();
  const patch = { widthPx: w + 4, heightPx: h + 4, rgb: new Uint8Array(3 * (w + 4) * (h + 4)), mask: new Uint8Array((w + 4) * (h + 4)) };
  for (let i = 0; i < patch.mask.length; i++) {
    const alpha = rgba[4 * i + 3]!;
    patch.mask[i] = alpha < FAINT ? 0 : alpha;
    for (let channel = 0; channel < 3; channel++)
      patch.rgb[3 * i + channel] = alpha < FAINT ? CLEAR : Math.min(255, (rgba[4 * i + channel]! * CLEAR) / glass[channel]! + 0.5);
  }
  if (!patch.mask.some((alpha) => alpha > 127)) throw damaged(file, 'the cut-out shows nothing: its picture has no alpha and no mask');
  if (
    patch.mask.every(
      (alpha, i) =>
        alpha > 127 || i % patch.widthPx < 2 || i % patch.widthPx >= w + 2 || i < 2 * patch.widthPx || i >= patch.widthPx * (h + 2),
    )
  )
    throw damaged(file, 'the cut-out has neither alpha nor a mask', 'save it with alpha, or put NAME_mask.png beside it');
  return patch;
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
  const patches = await mapBounded(
    folder.files,
    AT_ONCE,
    async (file) => {
      const patch = await readPatch(file, folder.sets[file.set]!, options.umPerPx);
      total += 4 * patch.mask.length;
      if (total > MOST_BYTES)
        throw damaged(file.file, 'the cut-outs take more than 512 MiB', 'give a larger --um-per-px, or take some away');
      return patch;
    },
    options.signal,
  );
  const bytes = new SharedArrayBuffer(total);
  const all = new Uint8Array(bytes);
  const entries: BankEntry[] = [];
  let at = 0;
  for (const [i, { widthPx, heightPx, rgb, mask }] of patches.entries()) {
    const { kind, set, file } = folder.files[i]!;
    entries.push({ kind, set, split: splits[i]!, file, widthPx, heightPx, at });
    all.set(rgb, at);
    all.set(mask, at + rgb.length);
    at += 4 * mask.length;
  }
  const named = entries.map(({ file: _, ...entry }) => entry);
  const sha256 = createHash('sha256').update(JSON.stringify(named)).update(all).digest('hex');
  return { entries, bytes, sha256 };
};
