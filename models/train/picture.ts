import sharp from 'sharp';
import { FaultError } from '../../domain/fault.ts';
import { type Box, scaleBox } from '../../domain/geometry.ts';
import { cleanBoxes, type LabelledBox, type LabelledField } from '../datasets/labelled-field.ts';
import { resampleRgb, scaledLength } from '../runtime/resample.ts';

/** RGB, 8 bit, row after row. */
export type Raster = { readonly data: Uint8Array; readonly widthPx: number; readonly heightPx: number };

/** A field in memory, ready to be cut up: twice, so that enlarging takes real detail. Boxes in pixels of `base`. */
export type Picture = {
  readonly name: string;
  /** At the network's µm/px. */
  readonly base: Raster;
  /** Finer by `FINE_FACTOR`, or by what the file has. */
  readonly fine: Raster;
  readonly boxes: readonly LabelledBox[];
  /** Classes that nobody looked for in it; none where left out. */
  readonly unlabelled?: readonly number[];
  /** Parts of it that nobody vouches for. */
  readonly ignored?: readonly Box[];
  /** How often it is shown against the others of its source. */
  readonly weight?: number;
};

export const FINE_FACTOR = 1.5;

/** Reads a picture file, shrunk where a size is given. Faults: `data` where it cannot be decoded. */
export const readRaster = async (imagePath: string, size?: { widthPx: number; heightPx: number }): Promise<Raster> => {
  const whole = sharp(imagePath).removeAlpha().toColourspace('srgb');
  const sized = size === undefined ? whole : whole.resize(size.widthPx, size.heightPx, { fit: 'fill' });
  const { data, info } = await sized
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaultError({ kind: 'data', path: imagePath, what: 'picture cannot be decoded', remedy: 'replace or remove it' }, { cause });
    });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx: info.width, heightPx: info.height };
};

/** Sides of both rasters of a field at `factor` times its size; the finer one is no larger than the file. */
const rasterSizes = ({ widthPx, heightPx }: { widthPx: number; heightPx: number }, factor: number) => {
  const scaled = (scale: number) => ({ widthPx: scaledLength(widthPx, scale), heightPx: scaledLength(heightPx, scale) });
  return { base: scaled(factor), fine: factor >= 1 ? undefined : scaled(Math.min(1, factor * FINE_FACTOR)) };
};

/** Bytes that a field's pixels take in memory. */
export const pictureBytes = (field: LabelledField, factor: number): number => {
  const { base, fine } = rasterSizes(field, factor);
  return 3 * (base.widthPx * base.heightPx + (fine === undefined ? 0 : fine.widthPx * fine.heightPx));
};

/**
 * Reads a field at `factor` times its size (its µm/px over the network's). The base is shrunk exactly as in serving.
 * Boxes of classes that nobody looked for are left out; `keep` says where the pixels lie. Faults: `data` where the picture is damaged or not the one that was labelled.
 */
export const readPicture = async (
  field: LabelledField,
  factor: number,
  unlabelled: readonly number[] = [],
  keep: (raster: Raster) => Raster = (raster) => raster,
): Promise<Picture> => {
  const whole = await readRaster(field.imagePath);
  if (whole.widthPx !== field.widthPx || whole.heightPx !== field.heightPx)
    throw new FaultError({
      kind: 'data',
      path: field.imagePath,
      what: `picture of ${whole.widthPx}×${whole.heightPx} pixels, labelled as one of ${field.widthPx}×${field.heightPx}`,
      remedy: 'bring the labelled picture, or correct its labels',
    });
  const { data, widthPx, heightPx } = resampleRgb(whole, factor);
  const base = keep({ data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), widthPx, heightPx });
  const { fine } = rasterSizes(field, factor);
  return {
    name: field.name,
    base,
    // Where it is as large as the file, or no larger than the base, there is nothing to read again.
    fine: fine === undefined ? base : keep(fine.widthPx === whole.widthPx ? whole : await readRaster(field.imagePath, fine)),
    boxes: cleanBoxes(field)
      .filter((item) => !unlabelled.includes(item.classIndex))
      .map(({ box, classIndex }) => ({ box: scaleBox(box, factor), classIndex })),
    unlabelled,
    ...(field.ignored === undefined ? {} : { ignored: field.ignored.map((box) => scaleBox(box, factor)) }),
    ...(field.weight === undefined ? {} : { weight: field.weight }),
  };
};
