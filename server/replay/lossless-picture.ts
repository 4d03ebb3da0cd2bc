import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Frame, Plane } from '../../domain/frame.ts';

/** A part of a frame as it was, I420, planes without gaps one after the other. Corner and sides in camera pixels, even but at the frame's far edges. */
export type RawPicture = {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: Uint8Array<ArrayBuffer>;
};

/** The same, packed without loss. */
export type PackedTilePicture = Omit<RawPicture, 'planes'> & { readonly packed: Uint8Array };

type Part = Omit<RawPicture, 'planes'>;

const chroma = ({ x, y, widthPx, heightPx }: Part): Part => ({
  x: x >> 1,
  y: y >> 1,
  widthPx: (widthPx + 1) >> 1,
  heightPx: (heightPx + 1) >> 1,
});

const bytesOf = (part: Part): number => {
  const half = chroma(part);
  return part.widthPx * part.heightPx + 2 * half.widthPx * half.heightPx;
};

/** Cuts a part out. Borrows the frame. */
export const cutPicture = (frame: Frame, part: Part): RawPicture => {
  const planes = new Uint8Array(bytesOf(part));
  let to = 0;
  const take = ({ data, stridePx }: Plane, { x, y, widthPx, heightPx }: Part): void => {
    for (let row = 0, from = y * stridePx + x; row < heightPx; row++, from += stridePx, to += widthPx)
      planes.set(data.subarray(from, from + widthPx), to);
  };
  take(frame.y, part);
  take(frame.u, chroma(part));
  take(frame.v, chroma(part));
  return { ...part, planes };
};

/** Lays a part back into planes of its frame. */
export const pastePicture = ({ planes, ...part }: RawPicture, into: { readonly y: Plane; readonly u: Plane; readonly v: Plane }): void => {
  let from = 0;
  const lay = ({ data, stridePx }: Plane, { x, y, widthPx, heightPx }: Part): void => {
    for (let row = 0, to = y * stridePx + x; row < heightPx; row++, to += stridePx, from += widthPx)
      data.set(planes.subarray(from, from + widthPx), to);
  };
  lay(into.y, part);
  lay(into.u, chroma(part));
  lay(into.v, chroma(part));
};

/**
 * Each sample as foretold from its neighbours to the left, above and between (median edge detection, LOCO-I: Weinberger, Seroussi, Sapiro 2000);
 * `restore` takes differences back to samples, else samples become differences.
 */
const foretell = (from: Uint8Array, into: Uint8Array, offset: number, width: number, height: number, restore: boolean): void => {
  const known = restore ? into : from;
  for (let y = 0, at = offset; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const above = y > 0 ? known[at - width]! : x > 0 ? known[at - 1]! : 128;
      const left = x > 0 ? known[at - 1]! : above;
      const between = x > 0 && y > 0 ? known[at - width - 1]! : above;
      const most = left > above ? left : above;
      const least = left > above ? above : left;
      const told = between >= most ? least : between <= least ? most : left + above - between;
      into[at] = restore ? from[at]! + told : from[at]! - told;
    }
};

const eachPlane = (part: Part, work: (offset: number, width: number, height: number) => void): void => {
  const half = chroma(part);
  const luma = part.widthPx * part.heightPx;
  const other = half.widthPx * half.heightPx;
  work(0, part.widthPx, part.heightPx);
  work(luma, half.widthPx, half.heightPx);
  work(luma + other, half.widthPx, half.heightPx);
};

/** About a third of the size for a picture with the noise of a camera. */
export const packPicture = ({ planes, ...part }: RawPicture): PackedTilePicture => {
  const differences = new Uint8Array(planes.length);
  eachPlane(part, (offset, width, height) => foretell(planes, differences, offset, width, height, false));
  return { ...part, packed: zstdCompressSync(differences, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) };
};

/** Throws where it is not what was packed. */
export const unpackPicture = ({ packed, ...part }: PackedTilePicture): RawPicture => {
  const bytes = bytesOf(part);
  const differences = zstdDecompressSync(packed, { maxOutputLength: bytes });
  if (differences.length !== bytes) throw new Error(`a picture has ${differences.length} samples in place of ${bytes}`);
  const planes = new Uint8Array(bytes);
  eachPlane(part, (offset, width, height) => foretell(differences, planes, offset, width, height, true));
  return { ...part, planes };
};
